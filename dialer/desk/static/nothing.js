// A page that only says something.

import "./page.js";
