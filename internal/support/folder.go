package support

import "time"

// Folder is licence keys of a contract that are opened together (R03, R04).
type Folder struct {
	ID       int64  `json:"id"`
	Contract int64  `json:"contract"`
	Name     string `json:"name"`
	// OpenedTo are the secondary licence administrators who see what is in it.
	OpenedTo []int64 `json:"opened_to,omitempty"`
}

// Acceptance is a licence agreement that a primary licence administrator
// accepted for a contract (R03).
type Acceptance struct {
	Contract int64     `json:"contract"`
	Version  string    `json:"version"`
	Contact  int64     `json:"contact"`
	At       time.Time `json:"at"`
}

// ConfirmationState is what the PLA said of a contract's licences.
type ConfirmationState string

// What a purchase is followed by (R13).
const (
	ConfirmationOpen  ConfirmationState = "open"
	LicencesConfirmed ConfirmationState = "confirmed"
	LicencesWrong     ConfirmationState = "wrong"
)

// Confirmation is whether the right licences are assigned to a contract: asked
// of the PLA right after a purchase (R13).
type Confirmation struct {
	Contract int64             `json:"contract"`
	State    ConfirmationState `json:"state"`
	AskedAt  time.Time         `json:"asked_at"`
	// DueAt is when the PLA is asked again; zero: not any more.
	DueAt      time.Time `json:"due_at,omitzero"`
	Contact    int64     `json:"contact,omitempty"` // who answered
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	Request    int64     `json:"request,omitempty"` // that the wrong licences led to
}
