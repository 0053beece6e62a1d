/** The style of `<signpost-upload>`. Pages change it by custom properties and parts, see `examples/README.md`. */
const CSS = `
:host { --accent: var(--signpost-accent, LinkText); --line: var(--signpost-line, currentcolor); --radius: var(--signpost-radius, .5rem); display: block; font: inherit }
:host([hidden]), [hidden] { display: none !important }
label { display: grid; justify-items: center; gap: .25em; padding: var(--signpost-padding, 1.5em 1em); text-align: center; border: 2px dashed var(--line); border-radius: var(--radius); cursor: pointer }
label:hover, :host([dragging]) label { border-color: var(--accent); border-style: solid }
:host(:focus-within) label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
:host(:disabled) label { cursor: not-allowed; opacity: .6 }
input, [part=status] { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
[part=choose] { font-weight: 600 }
ul { display: grid; gap: .5em; margin: .75em 0 0; padding: 0; list-style: none }
ul:empty { display: none }
li { display: grid; grid-template: "picture name again button" "picture note note note" "picture bar bar bar" / auto 1fr auto auto; gap: .15em .75em; align-items: center; padding: .5em .75em; border: 1px solid var(--line); border-radius: var(--radius) }
img { grid-area: picture; width: 3rem; height: 3rem; object-fit: cover; border-radius: calc(var(--radius) / 2); margin-right: .25em }
[part=name] { grid-area: name; overflow-wrap: anywhere }
[part=note] { grid-area: note; font-size: .875em; overflow-wrap: anywhere }
[part~=failed] [part=note] { color: var(--signpost-error, light-dark(#a3201a, #ff9d94)) }
progress { grid-area: bar; width: 100%; accent-color: var(--accent) }
button { font: inherit; padding: .3em .7em; cursor: pointer }
[part~=retry] { grid-area: again } [part~=remove] { grid-area: button }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** The style sheet, made on first use, since Node has no `CSSStyleSheet`. A page's Content-Security-Policy could block a `<style>`. */
export function SHEET() {
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
  return sheet;
}

/**
 * Fills the shadow root of a `<signpost-upload>`.
 *
 * @param {ShadowRoot} root
 * @param {import('./upload-texts.js').Texts} texts
 */
export function shadowOf(root, { choose, ways }) {
  const input = make('input', { part: 'input', type: 'file' });
  const list = make('ul', { part: 'list' });
  const status = make('p', { part: 'status', role: 'status' });
  const labels = [
    make('span', { part: 'choose' }, make('slot', { name: 'choose' }, choose)),
    make('span', { part: 'ways' }, make('slot', { name: 'ways' }, ways)),
  ];
  root.append(make('label', { part: 'drop' }, input, ...labels), list, status);
  return { root, input, list, status };
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}
