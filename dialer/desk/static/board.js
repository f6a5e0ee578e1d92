// The words that Streamlit itself writes, in the language of whoever reads the board.
//
// They are the catalogue's `framework`: in English as Streamlit has them, so that they are found.

const CODES = document.querySelector("script[data-languages]").dataset.languages.split(" ");
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
const LOOKED_AT = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES };
let texts, rules, spoken = "en";

// As the board chooses: by its address, else by the browser.
function language() {
  const asked = [new URLSearchParams(location.search).get("lang"), navigator.language.split("-")[0]];
  return asked.find((code) => CODES.includes(code)) ?? "en";
}

async function read(code) {
  const all = await (await fetch(new URL(`words/${code}.json`, import.meta.url))).json();
  return Object.entries(all).filter(([key]) => key.startsWith("framework.")).sort();
}

// From the words of any other language to those of this one.
function rulesTo(code) {
  const found = { whole: new Map(), patterns: [] };
  for (const other of CODES.filter((one) => one !== code)) {
    texts[other].forEach(([, from], n) => {
      const to = texts[code][n][1];
      if (!from.includes("{")) return found.whole.set(from, to);
      const pattern = from.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.+)");
      found.patterns.push([new RegExp(`^${pattern}$`), to.replace(/\{(\w+)\}/g, "$<$1>")]);
    });
  }
  return found;
}

function said(text) {
  const known = rules.whole.get(text.trim());
  if (known) return known;
  const [pattern, to] = rules.patterns.find(([one]) => one.test(text)) ?? [];
  return pattern ? text.replace(pattern, to) : text;
}

function put(node, attribute) {
  const old = attribute ? node.getAttribute(attribute) : node.data;
  const now = old && said(old);
  if (now === old) return;
  if (attribute) node.setAttribute(attribute, now);
  else node.data = now;
}

function relabel(root) {
  if (root.nodeType === Node.TEXT_NODE) return put(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  for (const one of [root, ...root.querySelectorAll("[aria-label], [title], [placeholder]")]) {
    for (const attribute of ATTRIBUTES) put(one, attribute);
  }
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) put(walk.currentNode);
}

async function changed(seen) {
  const code = language();
  if (code !== spoken) {
    texts ??= Object.fromEntries(await Promise.all(CODES.map(async (one) => [one, await read(one)])));
    [rules, spoken] = [rulesTo(code), code];
    document.documentElement.lang = code;
    return relabel(document.body);
  }
  if (!rules) return;
  for (const one of seen) {
    if (one.type === "attributes") put(one.target, one.attributeName);
    else if (one.type === "characterData") put(one.target);
    else one.addedNodes.forEach(relabel);
  }
}

new MutationObserver(changed).observe(document.body, LOOKED_AT);
