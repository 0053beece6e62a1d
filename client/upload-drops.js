/**
 * Accepts files that are dropped onto an element, or pasted.
 *
 * @param {HTMLElement} element gets the attribute `dragging` while a file is dragged over it
 * @param {() => boolean} open whether it accepts files now
 * @param {(files: File[]) => void} add
 * @param {AbortSignal} signal removes the listeners
 */
export function takeDrops(element, open, add, signal) {
  /** @param {DragEvent} event @param {boolean} over */
  const drag = (event, over) => {
    if (!event.dataTransfer?.types.includes('Files') || !open()) return;
    if (event.type === 'dragover') event.preventDefault(); // allows the drop
    element.toggleAttribute('dragging', over);
  };
  element.addEventListener('dragover', (event) => drag(event, true), { signal });
  element.addEventListener('dragleave', (event) => drag(event, element.contains(/** @type {Node} */ (event.relatedTarget))), { signal });
  element.addEventListener('drop', (event) => (drag(event, false), take(event, event.dataTransfer, add)), { signal });
  const pasted = (/** @type {ClipboardEvent} */ event) => {
    // A paste while nothing has the focus goes to the first `<signpost-upload>` on the page.
    if (event.target === document.body || event.composedPath().includes(element)) take(event, event.clipboardData, add);
  };
  document.addEventListener('paste', pasted, { signal });
}

/**
 * @param {Event} event
 * @param {DataTransfer | null} data
 * @param {(files: File[]) => void} add
 */
function take(event, data, add) {
  if (event.defaultPrevented || !data?.files.length) return;
  event.preventDefault();
  const folders = [...data.items].map((item) => item.webkitGetAsEntry?.()?.isDirectory);
  add([...data.files].filter((_, i) => !folders[i]));
}
