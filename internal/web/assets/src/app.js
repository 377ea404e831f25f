// What pages do beyond plain links and forms. Everything works without it for
// customers; each module finds its elements by a data attribute, also in what is
// swapped in later.
import "htmx.org";
import "./js/ground.js";
import "./js/time.js";
import "./js/form.js";
import "./js/menu.js";
import "./js/draft.js";
import "./js/attach.js";
import "./js/queue.js";
import "./js/live.js";
import "./js/keys.js";
import "./js/pane.js";
import "./js/passkey.js";
import "./js/search.js";
