/** A PDF of ours to the printer, without leaving the page. */

/** Whether this browser shows PDFs in frames, and so can print them: phones mostly don't. */
export const printsFrames = () => navigator.pdfViewerEnabled !== false;

/**
 * Load the PDF at `address` in a hidden frame within `host` (the one before is removed), and open the print dialog. Resolves when
 * that is done; browsers that can't print a frame get the PDF in a window of its own.
 */
export function printInFrame(host, address, title) {
  host.querySelector(":scope > iframe")?.remove();
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  return new Promise((resolve) => {
    frame.addEventListener(
      "load",
      () => {
        try {
          frame.contentWindow.focus();
          frame.contentWindow.print();
        } catch {
          window.open(address, "_blank", "noopener");
        }
        resolve();
      },
      { once: true },
    );
    frame.src = address;
    host.append(frame);
  });
}
