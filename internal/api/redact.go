package api

import (
	"context"

	"madoguchi/internal/support"
)

type redactionBody struct {
	Ground string `json:"ground" maxLength:"64" doc:"One of the policy's grounds: secret, personal, mistake"`
	Field  string `json:"field,omitempty" maxLength:"100" doc:"Of the entry's texts, as the event's data names it (text, details.impact); absent: all of them"`
	Reason string `json:"reason,omitempty" maxLength:"262144" doc:"Shown to everybody who sees the entry; never repeat the text"`
}

type redactInput struct {
	Addressed
	Seq  int64 `path:"seq" minimum:"1" doc:"Seq of the entry"`
	Body redactionBody
}

// redactRoutes erase texts that should not have been written.
func (s *server) redactRoutes() {
	register(s, act{path: "/events/{seq}/redaction", id: "redact-text", summary: "Erase texts of an entry for good; who and why stays", command: "redact_text"}.route(),
		func(ctx context.Context, c *call, in *redactInput) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *redactInput) (support.Command, error) {
				return &support.RedactText{Seq: in.Seq, Field: in.Body.Field, Ground: in.Body.Ground, Reason: text(in.Body.Reason)}, nil
			})
		})
}
