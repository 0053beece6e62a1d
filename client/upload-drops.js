/**
 * Takes files that are dropped onto an element, or pasted.
 *
 * @param {HTMLElement} element has the attribute `dragging` while a file hovers over it
 * @param {() => boolean} open whether it takes any now
 * @param {(files: File[]) => void} add
 * @param {AbortSignal} signal ends it
 */
export function takeDrops(element, open, add, signal) {
  /** @param {DragEvent} event @param {boolean} over */
  const drag = (event, over) => {
    if (!event.dataTransfer?.types.includes('Files') || !open()) return;
    if (event.type === 'dragover') event.preventDefault(); // says that a drop is welcome
    element.toggleAttribute('dragging', over);
  };
  element.addEventListener('dragover', (event) => drag(event, true), { signal });
  element.addEventListener('dragleave', (event) => drag(event, element.contains(/** @type {Node} */ (event.relatedTarget))), { signal });
  element.addEventListener('drop', (event) => (drag(event, false), take(event, event.dataTransfer, add)), { signal });
  const pasted = (/** @type {ClipboardEvent} */ event) => {
    // What nobody has the focus for is for whichever element comes first.
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
