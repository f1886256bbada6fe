package forge

import "kapbot/internal/chat"

var forged = chat.Event{Body: "words"} // want: missing method Words
