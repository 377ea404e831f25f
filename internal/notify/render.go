package notify

import "errors"

// Render makes the mail of a notice. It fails only on a notice that the desk
// put together wrongly: a template that does not exist, a recipient without
// address, facts that are missing.
func Render(n Notice) (Mail, error) { return Mail{}, errors.New("notify: not rendered") }

// EML gives the bytes of the message as they leave (RFC 5322, CRLF), the same
// for the same mail every time.
func (m Mail) EML() []byte { return nil }
