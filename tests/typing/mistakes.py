# ruff: noqa: B018
"""Mistakes that are easily made: every checker refuses each line that has an ignore comment, and no other line."""

from runway_widget import Client, RunwayTask, Status, TaskFailed, TaskGrid

client = Client(api_key="sk-…")
take = client.image_to_video(model="gen4_turbo", prompt_image="still.jpg")
grid = client.image_to_video(model="gen4_turbo", prompt_image="still.jpg", takes=4)

Client(key="sk-…")  # type: ignore[call-arg]
Client.runway(budget="500")  # type: ignore[arg-type]

client.image_to_video(model="gen4_turbo")  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", takes="4")  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", prompt_text=5)  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", prompt_text=[5])  # type: ignore[list-item]
client.image_to_video(model="gen4_turbo", prompt_image=5)  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", ratoi="1:1")  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", route=7)  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", takes=4).progress  # type: ignore[attr-defined]
client.text_to_image(model="gen4_image")  # type: ignore[call-overload]
client.create("sound_effect", promptText=object())  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", dry_run="yes")  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", shrink=2)  # type: ignore[call-overload]
client.image_to_video(model="gen4_turbo", prompt_image="a.png", dry_run=True).wait()  # type: ignore[attr-defined]
client.create("sound_effect", takes=3)  # type: ignore[call-overload]
client.create("sound_effect", poll_interval="abc")  # type: ignore[call-overload]

client.task("3d957031", poll_intervall=3)  # type: ignore[call-arg]
client.task("3d957031", poll_interval="3")  # type: ignore[arg-type]
client.task(3)  # type: ignore[arg-type]
RunwayTask("3d957031", client, route=7)  # type: ignore[arg-type]

take.wiat()  # type: ignore[attr-defined]
take[0]  # type: ignore[index]
for _ in take:  # type: ignore[attr-defined]
    pass
print(take.status == 3)  # type: ignore[comparison-overlap]
print(take.status is Status.DONE)  # type: ignore[attr-defined]
take.progress.upper()  # type: ignore[attr-defined]
take.outputs[0]["uri"]  # type: ignore[typeddict-item]
take.again(sead=3)  # type: ignore[call-overload]
take.again(takes="2")  # type: ignore[call-overload]
take.again(takes=2).status  # type: ignore[attr-defined]

grid.status  # type: ignore[attr-defined]
grid["first"]  # type: ignore[call-overload]
TaskGrid(["3d957031"])  # type: ignore[list-item]

client.recent()[0].task().wiat()  # type: ignore[attr-defined]
try:
    take.wait()
except TaskFailed as error:
    error.task.wiat()  # type: ignore[attr-defined]
