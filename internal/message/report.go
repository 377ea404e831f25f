package message

import "strings"

// report is what programs read of a multipart/report (RFC 3462).
type report struct {
	kind string // delivery-status, disposition-notification, feedback-report
}

func reportOf(e *entity) *report {
	return &report{kind: strings.ToLower(e.params["report-type"])}
}
