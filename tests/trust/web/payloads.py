"""What somebody might write in order to be more than words: tried in every wrapping there is."""

from __future__ import annotations

HANDLERS = (
    "onerror",
    "onload",
    "onclick",
    "onfocus",
    "ontoggle",
    "onanimationend",
    "onpointerover",
)
ELEMENTS = (
    *("img src=x", "svg", "body", "video", "audio src", "details open", "marquee", "iframe"),
    *("math", "object data=x", "embed src=x", "input autofocus", "select autofocus", "a href=x"),
)
SCRIPTS = (
    *(
        "<script>alert(1)</script>",
        "<ScRiPt>alert(1)</sCrIpT>",
        "<script src=//x.example></script>",
    ),
    *(
        "<script\t>alert(1)</script\n>",
        "<<script>alert(1)//<</script>",
        "<script/x>alert(1)</script>",
    ),
    *("</p><script>alert(1)</script>", "<noscript><p title='</noscript><img src=x onerror=a>'>"),
    *("<style>@import '//x.example'</style>", "<link rel=stylesheet href=//x.example>"),
    *("<base href=//x.example>", "<meta http-equiv=refresh content='0;url=//x.example'>"),
    *("<form action=//x.example><button>", "<template><img src=x onerror=a></template>"),
    *(
        "<math><mtext><table><mglyph><style><img src=x onerror=a>",
        "<svg><style><img src=x onerror=a>",
    ),
    *("<!--><img src=x onerror=a>-->", "<![CDATA[<img src=x onerror=a>]]>", "<?xml version=1?>"),
    *(
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;",
        "\\u003cscript\\u003e",
        "%3Cscript%3E",
    ),
    *(
        "{{7*7}}",
        "{% raw %}",
        "${7*7}",
        "#{7*7}",
        "<%= 7 %>",
        "{{ config.items() }}",
        "%(name)s",
        "{0}",
    ),
    *(
        "'\"><img src=x onerror=a>",
        '"><svg onload=a>',
        "' onfocus=a autofocus x='",
        "`${a}`",
        "\x00<b>",
    ),
    *(
        "＜script＞alert(1)＜/script＞",
        "<scr\u200bipt>",
        "<\u0130mg>",
        "\u2028<script>",
        "<im\x00g src=x>",
    ),
    *(
        "<form id=document name=body>",
        "<a id=config><a id=config name=url href=x>",
        "<img name=cookie>",
    ),
)
ATTACKS = (
    *(f"<{element} {handler}=alert(1)>" for element in ELEMENTS for handler in HANDLERS),
    *SCRIPTS,
)
LINKS = (
    *(
        "https://elsewhere.example/",
        "http://elsewhere.example",
        "javascript:alert(1)",
        "//x.example",
    ),
    *("JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>"),
    *(
        "vbscript:x",
        "https://holdfast@elsewhere.example",
        "https://xn--80ak6aa92e.com",
        "https://аррӏе.com",
    ),
    *(
        "<https://elsewhere.example>",
        "[here](https://elsewhere.example)",
        "![x](https://x.example/x.png)",
    ),
    *("[x]: https://x.example", "www.elsewhere.example", "mailto:a@x.example", "tel:+123456789"),
    "https://elsewhere.example/" + "a" * 2_000,
)
WRAPPERS = (
    *("@", "*@*", "> @", "- @", "* @", "• @", "Hello @ there", "@\n@", "\n\n@\n", "> *@*", "**@**"),
    *("*\n@*", "a@b", "&@;", '"@"'),
)
