package message

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

// BenchmarkParse reads mails of the kinds that come most.
func BenchmarkParse(b *testing.B) {
	jis := string(encode(b, japanese.ISO2022JP, strings.Repeat(jisText, 20)))
	for name, raw := range map[string][]byte{
		"Plain":   []byte("From: a@b.example\r\nTo: support@desk.example\r\nSubject: Re: [SR 100-000-009] VPN\r\nMessage-ID: <x@b.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat("It works now, thank you.\r\n", 40)),
		"JIS":     []byte("From: a@b.example\r\nSubject: VPN\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + jis),
		"HTML":    []byte("From: a@b.example\r\nSubject: VPN\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + strings.Repeat("<div><p class=MsoNormal>It works now, <b>thank</b> you.</p></div>\r\n", 200)),
		"Large25": large(25 << 20),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(raw)
			}
		})
	}
}

// BenchmarkIntake is all that a mail costs here: taken apart, judged, folded and
// made fit to be shown.
func BenchmarkIntake(b *testing.B) {
	mails := corpus(b)
	size := 0
	for _, raw := range mails {
		size += len(raw)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range mails {
			in := Parse(raw)
			in.Class(own)
			in.Hints(keys, own)
			Fold(in.Text)
			Sanitise(in.HTML, imageOf)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(mails)), "µs/mail")
	b.ReportMetric(float64(size)/float64(len(mails)), "bytes/mail")
}

func BenchmarkFold(b *testing.B) {
	s := strings.Repeat("It works now, thank you for your help.\n", 30) + "\nOn Sat, Jun 6, 2026 at 10:15 AM Aoba Support <support@desk.example> wrote:\n\n" + strings.Repeat("> Please try again.\n", 100)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Fold(s)
	}
}
