"""What an attacker would write into a field: markup, addresses, numbers, and signs that mean something somewhere."""

from __future__ import annotations

from random import Random

TEXTS = (
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        '" autofocus onfocus="a',
    ),
    *("</style><script>alert(1)</script>", "</p></div></details>", "</summary><iframe srcdoc='<b>'>", "</title><svg>"),
    *("<svg/onload=alert(1)>", "<math><mi xlink:href='javascript:alert(1)'>", "<a href='javascript:alert(1)'>x</a>"),
    *(
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?xml?>",
        "<!doctype html>",
        "<plaintext>",
        "<noscript><p title='</noscript>'>",
    ),
    *("&lt;script&gt;", "&#60;script&#62;", "&#x3c;b", "&amp;lt;b", "&", "&&&", "&notit;", "&#0;", "&#xD800;", "&quot"),
    *(
        "\\u003cscript\\u003e",
        "%3Cscript%3E",
        "+ADw-script+AD4-",
        "<scr\0ipt>",
        "<\nscript>",
        "<script\t>",
        "< script>",
    ),
    *(
        "$x$",
        "$$",
        "\\(x\\)",
        "\\[",
        "\\begin{equation}",
        "`x`",
        "```\n",
        "{{ 7 * 7 }}",
        "{% x %}",
        "{{< x >}}",
        "${x}",
    ),
    *(
        "**b**",
        "__b__",
        "\n\n# heading",
        "\n\n- list",
        "[x](javascript:alert(1))",
        "![x](//a.example/b)",
        "|a|b|\n|-|-|",
    ),
    *("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\x00", "\x7f", "\x85", "\r", "\r\n", "\v", "\f", "\u2028", "\u2029"),
    *(
        "\u202e",
        "\u2066x\u2069",
        "\u200e",
        "\ufeff",
        "\ufffe",
        "\ud800",
        "\udfff",
        "\U0010ffff",
        "e\u0301",
        "🪁",
        "風",
        "ש",
    ),
    *("'; DROP TABLE submissions; --", "../../etc/passwd", "C:\\x", "=cmd|' /C calc'!A0", "%s%n", "{0.__class__}"),
    *(
        'x"); import os; os.system("true") #',
        "task_not_exist",
        "success",
        "null",
        "undefined",
        "__proto__",
        "constructor",
    ),
)

#: They cost the most time, so they come seldom.
LONG = ("A" * 300, "<" * 300, "&" * 300, '"' * 300, "W" * 3_000, "<b>" * 900, "\n" * 300, "://" * 300, "\u0301" * 200)


PRIVATE = (
    *("http://127.0.0.1:8888/a.png", "https://localhost/a.mp4", "https://169.254.169.254/latest/a.png"),
    *(
        "https://10.0.0.7/a.mp4",
        "https://[::1]/a.png",
        "https://[fd00::1]/a",
        "https://2130706433/a.png",
        "https://127.1/a",
    ),
    *("https://router.local/a.png", "https://wiki.corp/a.mp4", "https://intranet/a.png", "https://lo%63alhost/a.png"),
    *(
        "https://a.lo%63alhost/a.png",
        "https://\uff11\uff12\uff17.0.0.1/a.png",
        "https://127\u30020\u30020\u30021/a.png",
    ),
    *(
        "https://local\u00adhost/a.png",
        "https://0x7f.1/a.png",
        "http://192.168.1.1/a.mp4",
        "https://[::ffff:10.0.0.7]/a",
    ),
)

ADDRESSES = (
    *(
        "https://cdn.example/a.mp4?_jwt=a.b.c",
        "https://cdn.example/a.png",
        "https://cdn.example/a.mp3",
        "http://cdn.example/a",
    ),
    *(
        "https://cdn.example/frames.zip",
        "https://cdn.example/a.svg",
        "https://cdn.example/<script>alert(1)</script>.png",
    ),
    *(
        "https://cdn.example/a.mp4?\"onerror='alert(1)'><script>alert(1)</script>&amp;",
        "https://cdn.example/$x$`y`{{z}}",
    ),
    *(
        "https://u:p@cdn.example/a.png",
        "https://cdn.example\\@127.0.0.1/a.png",
        "https://127.0.0.1\\@cdn.example/a.png",
    ),
    *(
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>x</script>",
    ),
    *(
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,iVBORw0KGgo=",
        "file:///etc/passwd",
        "blob:https://a/b",
    ),
    *(
        "//cdn.example/a.png",
        "a.mp4",
        "http://[",
        "https://",
        "https://cdn.example:99999/a",
        "https://cdn.example/\ud800",
    ),
    *(
        "https://cdn.example/" + "a" * 8_100 + ".mp4",
        "https://cdn.example/%2e%2e%2f%2e%2e%2fetc.zip",
        "https://cdn.example/%3Cimg%20src=x%20onerror=%22alert(1)%22%3E%26.zip",
        "HTTPS://CDN.EXAMPLE/A.PNG",
    ),
    *PRIVATE,
)

NUMBERS = (
    *(
        0,
        1,
        -1,
        30,
        99.5,
        100,
        1e12,
        1e308,
        -1e308,
        5e-324,
        float("nan"),
        float("inf"),
        float("-inf"),
        2**31,
        2**63,
        -(2**63),
    ),
    *(2**63 - 1, 10**30, 10**4_000, 1773366766, 1773366766351, 9_999_999_999, 0.1, -0.0, True, False, None),
)

#: What no JSON writer writes, and some reader reads.
RAW = (
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 5_000,
    "-0",
    "00",
    "0x10",
    "'x'",
    "nul",
    "\\ud800",
    "[" * 2_000,
    '{"a":' * 2_000,
)


def text(random: Random) -> str:
    """One or a few of the above, one after the other."""
    if random.random() < 0.02:
        return random.choice(LONG)
    return "".join(random.choice(TEXTS) for _ in range(random.choice((1, 1, 1, 2, 3))))


def value(random: Random, depth: int = 3) -> object:
    """Anything that JSON can hold."""
    kind = random.randrange(8 if depth else 5)
    if kind < 2:
        return text(random)
    if kind == 2:
        return random.choice(ADDRESSES)
    if kind < 5:
        return random.choice(NUMBERS)
    if kind < 7:
        return {
            (
                text(random)
                if random.random() < 0.5
                else random.choice(("url", "status", "id", "data", "error", "output"))
            ): value(random, depth - 1)
            for _ in range(random.randrange(4))
        }
    return [value(random, depth - 1) for _ in range(random.randrange(4))]
