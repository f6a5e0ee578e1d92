"""A hundred ways in which stored text tries to become a program. Each would set `window.pwned`."""

CODES = ("window.pwned=1", "alert('pwned')", "top['pwn'+'ed']=1", "eval('pwned=1')")
SHAPES = (
    "<script>{code}</script>",
    "<ScRiPt>{code}//</sCrIpT>",
    "<scr<script>ipt>{code}</scr</script>ipt>",
    "</title></style></textarea></script><script>{code}</script>",
    '"><script>{code}</script>',
    "'><script>{code}</script>",
    "<img src=x onerror={code}>",
    '<img src=x onerror="{code}">',
    '"><img src=x onerror="{code}">',
    "' onmouseover='{code}' autofocus onfocus='{code}' x='",
    '" onmouseover="{code}" autofocus onfocus="{code}" x="',
    '<svg onload="{code}">',
    "<svg><script>{code}</script></svg>",
    '<svg><animate onbegin="{code}" attributeName=x dur=1s>',
    '<math><mtext><img src=x onerror="{code}"></mtext></math>',
    '<iframe srcdoc="<script>parent.pwned=1</script>{code}"></iframe>',
    '<iframe src="javascript:parent.{code}"></iframe>',
    '<a href="javascript:{code}">pwned</a>',
    "javascript:{code}//",
    '<body onload="{code}">',
    '<details open ontoggle="{code}">',
    '<input autofocus onfocus="{code}">',
    '<template><script>{code}</script></template><video><source onerror="{code}"></video>',
    "${{{code}}}{{{{constructor.constructor('{code}')()}}}}",
    "\\u003cscript\\u003e{code}\\u003c/script\\u003e&lt;script&gt;{code}&lt;/script&gt;",
)
PAYLOADS = tuple(f"{shape.format(code=code)} pwned" for shape in SHAPES for code in CODES)
