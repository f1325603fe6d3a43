// The office's editor of badges: a page of its own, so that no other one loads the library that drags.
import "./elements/badge-editor.js";
