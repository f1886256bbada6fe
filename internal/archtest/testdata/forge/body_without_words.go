package forge

import "kapbot/internal/chat"

type silent struct{ Text string }

var forged chat.Body = silent{} // want: missing method Words
