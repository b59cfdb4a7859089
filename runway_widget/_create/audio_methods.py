"""The methods that make sound. What they have in common is told in `endpoints`."""

from __future__ import annotations

from typing import Unpack, overload

from .._keywords import keywords
from .begin import OTHERS, RETURNS, Begin, GridT, Planned, PlanT, Sent, TaskT
from .parameters import (
    DEFAULTS,
    Prompts,
    SoundEffect,
    SpeechToSpeech,
    TextToSpeech,
    VideoToAudio,
    VoiceDubbing,
    VoiceIsolation,
)


class AudioMethods(Begin[TaskT, GridT, PlanT]):
    @overload
    def sound_effect(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[SoundEffect[str]]
    ) -> TaskT: ...
    @overload
    def sound_effect(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[SoundEffect[Prompts]]
    ) -> GridT: ...
    @overload
    def sound_effect(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[SoundEffect[str | Prompts]]
    ) -> GridT: ...
    @overload
    def sound_effect(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[SoundEffect[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def sound_effect(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[SoundEffect[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def sound_effect(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[SoundEffect[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(SoundEffect, DEFAULTS, others=OTHERS, returns=RETURNS)
    def sound_effect(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make a sound from a prompt. On Runway's own API only: `Client.runway`.

        Args:
            model: "eleven_text_to_sound_v2", "mirelo_sfx_2_0" or "seed_audio".
            prompt_text: what is to be heard.
            duration: seconds, 0.5 to 30 of eleven_text_to_sound_v2.
            loop: a sound whose end goes over into its beginning.
            negative_prompt: what is not to be heard.
            num_variants: how many variants one task makes; each is an output.
            reference_audios: up to three recordings, which the prompt calls @Audio1, @Audio2 and @Audio3.
            format, output_format: "mp3", "wav", …
            sample_rate: in Hz.
            loudness_rate, pitch_rate, speech_rate: of seed_audio; 0 leaves it as it is.
            seed: 0 to 4294967295, of mirelo_sfx_2_0.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("sound_effect", takes, parameters, dry_run)

    @overload
    def text_to_speech(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[TextToSpeech[str]]
    ) -> TaskT: ...
    @overload
    def text_to_speech(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[TextToSpeech[Prompts]]
    ) -> GridT: ...
    @overload
    def text_to_speech(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[TextToSpeech[str | Prompts]]
    ) -> GridT: ...
    @overload
    def text_to_speech(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[TextToSpeech[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def text_to_speech(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[TextToSpeech[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def text_to_speech(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[TextToSpeech[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(TextToSpeech, DEFAULTS, others=OTHERS, returns=RETURNS)
    def text_to_speech(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Have a text spoken. On Runway's own API only: `Client.runway`.

        Args:
            model: "eleven_v4", "eleven_v3", "eleven_multilingual_v2" or "seed_audio".
            prompt_text: the words.
            voice: the name of a preset, such as "Maya"; of seed_audio ``{"type": "reference-audio", "audio_uri":
                recording}``.
            language_code: such as "en" or "pt-BR".
            previous_text, next_text: what comes before and after, so that the speech fits in.
            apply_text_normalization: "auto", "on" or "off": whether numbers and the like are spelt out.
            stability, similarity_boost, style, speed: how the voice speaks, as the eleven models take it.
            use_speaker_boost: closer to the original voice.
            output_format: "wav", "mp3" or "ogg_opus".
            sample_rate: in Hz.
            loudness_rate, pitch_rate, speech_rate: of seed_audio; 0 leaves it as it is.
            seed: 0 to 4294967295, of eleven_v3 and eleven_v4.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("text_to_speech", takes, parameters, dry_run)

    @overload
    def speech_to_speech(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[SpeechToSpeech]
    ) -> TaskT: ...
    @overload
    def speech_to_speech(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[SpeechToSpeech]) -> GridT: ...
    @overload
    def speech_to_speech(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[SpeechToSpeech]
    ) -> TaskT | GridT: ...
    @overload
    def speech_to_speech(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[SpeechToSpeech]
    ) -> PlanT: ...
    @overload
    def speech_to_speech(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[SpeechToSpeech]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(SpeechToSpeech, DEFAULTS, others=OTHERS, returns=RETURNS)
    def speech_to_speech(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Have a recording spoken by another voice. On Runway's own API only: `Client.runway`.

        Args:
            model: "eleven_multilingual_sts_v2".
            media: an audio or a video, or ``{"type": "audio" or "video", "uri": medium}``.
            voice: the name of a preset, such as "Maya".
            remove_background_noise: of the recording.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("speech_to_speech", takes, parameters, dry_run)

    @overload
    def voice_isolation(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VoiceIsolation]
    ) -> TaskT: ...
    @overload
    def voice_isolation(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[VoiceIsolation]) -> GridT: ...
    @overload
    def voice_isolation(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[VoiceIsolation]
    ) -> TaskT | GridT: ...
    @overload
    def voice_isolation(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[VoiceIsolation]
    ) -> PlanT: ...
    @overload
    def voice_isolation(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[VoiceIsolation]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(VoiceIsolation, DEFAULTS, others=OTHERS, returns=RETURNS)
    def voice_isolation(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Take all but the voice out of a recording. On Runway's own API only: `Client.runway`.

        Args:
            model: "eleven_voice_isolation".
            audio_uri: the recording.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("voice_isolation", takes, parameters, dry_run)

    @overload
    def voice_dubbing(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VoiceDubbing]
    ) -> TaskT: ...
    @overload
    def voice_dubbing(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[VoiceDubbing]) -> GridT: ...
    @overload
    def voice_dubbing(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[VoiceDubbing]
    ) -> TaskT | GridT: ...
    @overload
    def voice_dubbing(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[VoiceDubbing]
    ) -> PlanT: ...
    @overload
    def voice_dubbing(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[VoiceDubbing]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(VoiceDubbing, DEFAULTS, others=OTHERS, returns=RETURNS)
    def voice_dubbing(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Dub a recording in another language. On Runway's own API only: `Client.runway`.

        Args:
            model: "eleven_voice_dubbing".
            audio_uri: the recording.
            target_lang: the language, such as "en" or "fr".
            num_speakers: how many people speak.
            disable_voice_cloning: with another voice than the speaker's.
            drop_background_audio: leave out what else is heard.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("voice_dubbing", takes, parameters, dry_run)

    @overload
    def video_to_audio(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VideoToAudio[str]]
    ) -> TaskT: ...
    @overload
    def video_to_audio(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VideoToAudio[Prompts]]
    ) -> GridT: ...
    @overload
    def video_to_audio(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[VideoToAudio[str | Prompts]]
    ) -> GridT: ...
    @overload
    def video_to_audio(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[VideoToAudio[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def video_to_audio(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[VideoToAudio[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def video_to_audio(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[VideoToAudio[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(VideoToAudio, DEFAULTS, others=OTHERS, returns=RETURNS)
    def video_to_audio(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make the sounds of a video. On Runway's own API only: `Client.runway`.

        Args:
            model: "mirelo_sfx_2_0".
            video_uri: the video.
            duration: seconds.
            prompt_text: what is to be heard; negative_prompt: what is not.
            num_variants: how many variants one task makes; each is an output.
            preserve_speech: keep the dialogue of the video.
            format: "mp3", "wav" or "flac".
            seed: 0 to 4294967295.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("video_to_audio", takes, parameters, dry_run)
