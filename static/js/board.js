// The board of the hall (templates/live/board.html).
import "./elements/live-board.js";
import "./elements/live-clock.js";
