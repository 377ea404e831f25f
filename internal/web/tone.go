package web

// Tones and icons of what the core tells apart. Each stands beside words.
var (
	turnTones = map[string]string{"support": "brand", "customer": "warn", "third_party": "", "nobody": "good"}
	turnIcons = map[string]string{"support": "ours", "customer": "yours", "third_party": "wait", "nobody": "done"}

	clockTones = map[string]string{
		"running": "brand", "warned": "warn", "missed": "bad", "met": "good", "met_late": "bad", "paused": "", "replaced": "", "dropped": "",
	}
	clockIcons = map[string]string{
		"running": "clock", "warned": "clock", "missed": "alert", "met": "done", "met_late": "done", "paused": "pause",
	}

	askTones = map[string]string{"open": "warn", "answered": "good", "cancelled": ""}
	askIcons = map[string]string{"open": "yours", "answered": "done"}

	gatherTones = map[string]string{"missing": "warn", "there": "good"}

	adviceTones = map[string]string{"call_now": "bad"}
	adviceIcons = map[string]string{"call_now": "phone"}
)
