// The office's schedule editor: a page of its own, so that no other one loads the library that drags.
import "./elements/schedule-editor.js";
