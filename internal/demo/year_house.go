package demo

import (
	"slices"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/demo/stories"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// fixed takes a defect through engineering until it is fixed; everybody who is
// linked is told (R36).
func (y *year) fixed(defect int64) error {
	for _, s := range []support.DefectState{support.DefectConfirmed, support.DefectFixing, support.DefectFixed} {
		change := desk.DefectChange{State: &s, Reason: "seen in the laboratory"}
		if s == support.DefectFixed {
			release := "4.0 Update 2"
			change.FixedIn = &release
		}
		if _, err := y.desk.ChangeDefect(y.ctx, y.cast.Actor("nishida"), defect, change); err != nil {
			return err
		}
	}
	return nil
}

// atNight are calls in the night of customers with business hours, who buy
// after-hours support (R33, R34).
func (y *year) atNight() {
	all := slices.DeleteFunc(stories.Technical(), func(s stories.Story) bool { return s.ID != "thin_full" && s.ID != "psod_driver" })
	for i, key := range []string{"sakai", "arai", "imai"} {
		s := all[i%len(all)]
		who := y.cast.Contacts[key]
		c := &course{year: y, contact: key, lang: "ja", zone: who.Zone, story: s, words: s.In("ja"), severe: true}
		c.owner = y.engineerFor("esx", "ja")
		told := y.told[s.ID+"ja"]
		y.told[s.ID+"ja"]++
		c.then(0, "", func() error {
			c.values = y.values("ja", y.desk.Now())
			done, err := y.desk.Do(y.ctx, y.cast.Actor("hayashi"), 0, &support.File{
				Kind: support.Technical, Channel: support.Phone, Contact: who.ID, Product: "esx", Version: "4.0", Severity: 1, Criteria: []string{"production_down"},
				Title: c.say(c.words.Titles[told%len(c.words.Titles)]), Body: c.say(c.words.Body),
				Details: support.Details{Environment: "production", Impact: support.T("生産ラインが停止しています。"), Severity1: []int64{who.ID}},
			})
			c.id = done.ID
			return err
		})
		c.then(c.minutes(2, 6), "", func() error { return c.by("hayashi", &support.OfferAfterHours{Price: support.T("50,000円")}) })
		c.then(c.minutes(1, 3), "", func() error {
			return c.by("hayashi", &support.ConfirmAfterHours{Consent: &support.Consent{Contact: who.ID, How: support.Phone}})
		})
		c.then(c.minutes(6, 20), "", func() error {
			return c.by(c.owner, &support.LogContact{Channel: support.Phone, Outcome: support.Connected, Text: c.say(c.words.Response)})
		})
		c.then(c.minutes(60, 200), "", func() error {
			return c.by(c.owner, &support.ProposeAfterHoursEnd{Ground: "restored", Severity: 3, Text: c.say(c.words.Found)})
		})
		c.then(c.minutes(3, 15), "", func() error {
			return c.by(c.owner, &support.AgreeAfterHoursEnd{Consent: &support.Consent{Contact: who.ID, How: support.Phone}})
		})
		c.severe = false
		c.agreed("confirmed")
		night := y.from.Add(time.Duration(70+100*i) * 24 * time.Hour)
		c.start(time.Date(night.Year(), night.Month(), night.Day(), 16, 20+7*i, 0, 0, time.UTC))
	}
}

// house is what happens beside requests: wishes, drafts that end elsewhere, reports
// of security problems, notes, plans, certifications, exceptions, spam, a
// restricted request.
func (y *year) house() {
	for _, r := range fixtures.All().Registrations {
		y.at(r.At, func() error { // by the person: it had not been when the year began
			row := r.Registration
			row.Contact = y.cast.Contacts[r.Person].ID
			return y.desk.Register(y.ctx, y.cast.Actor(r.Person), &row)
		})
	}
	y.wishes()
	y.drafts()
	y.papers()
	y.quiet()
}

func (y *year) wishes() {
	for i := range 10 {
		key := []string{"hirano", "patel", "kaneko", "evans", "ueno", "baker"}[i%6]
		who := y.cast.Contacts[key]
		w := stories.Wishes(who.Language)[i/3%4]
		y.at(y.day(10+34*i, who.Zone), func() error {
			f, err := y.desk.AddFeatureRequest(y.ctx, y.cast.Actor(key), store.FeatureRequest{
				Account: who.Account, Contact: who.ID, Product: "vsphere", Title: support.T(w.Title), Text: support.T(w.Text),
			})
			if err != nil || i%5 != 0 {
				return err
			}
			return y.desk.AskFeature(y.ctx, y.cast.Actor("nishida"), f.ID, support.T(map[string]string{"ja": "対象のデータストアはいくつありますか。", "en": "How many datastores do you have?"}[who.Language]))
		})
	}
}

// drafts end without a request: without a contract in the community, by self-help,
// about open source, in the procedure of an acquired company (R30, R44, R01).
func (y *year) drafts() {
	for i, d := range []struct{ key, product, route, text string }{
		{"nakamura", "esx", "community", "ESXの起動時に黒い画面のまま止まります。"}, {"kobayashi", "open_source", "community", "ビルド方法を教えてください。"},
		{"hirano", "vsphere", "self_help", "ライセンスキーの入力場所"}, {"patel", "vsphere", "self_help", "Where do I enter the licence key?"},
		{"ono", "acquired", "legacy_procedure", "Kaede Backupの世代数を変更したい。"}, {"evans", "esx", "self_help", "How do I collect a support bundle?"},
		{"kaneko", "vsphere", "self_help", "証明書の更新手順"}, {"ellis", "open_source", "community", "How is the open component built from source?"},
	} {
		y.at(y.day(12+40*i, "UTC"), func() error {
			_, err := y.desk.Deflect(y.ctx, y.cast.Actor(d.key), d.product, d.route, d.text)
			return err
		})
	}
	y.at(y.day(210, "Europe/London"), func() error {
		r, err := y.desk.ReportSecurity(y.ctx, y.cast.Actor("patel"), store.SecurityReport{
			Contact: y.cast.Contacts["patel"].ID, Product: "vsphere", Text: support.T("The web client answers a request without a session with the names of other accounts."),
		})
		if err != nil {
			return err
		}
		return y.desk.AcknowledgeSecurity(y.ctx, y.cast.Actor("kudo"), r.ID)
	})
}

// papers are notes, exceptions, plans and certifications.
func (y *year) papers() {
	y.at(y.day(33, "Asia/Tokyo"), func() error {
		return y.desk.AddHandling(y.ctx, y.cast.Actor("watanabe"), &support.Handling{
			Account: y.accounts["asanagi"], Text: support.T("放送時間中（18時〜24時）は、ホストの再起動を依頼しないこと。"), From: y.desk.Now(), Until: y.desk.Now().AddDate(2, 0, 0),
		})
	})
	y.at(y.day(150, "Europe/London"), func() error {
		return y.desk.AddHandling(y.ctx, y.cast.Actor("watanabe"), &support.Handling{
			Account: y.accounts["northgate"], Text: support.T("Change freeze over the end of the year: no restarts before 10 January."), From: y.desk.Now(), Until: y.desk.Now().AddDate(0, 3, 0),
		})
	})
	y.at(y.day(90, "Asia/Tokyo"), func() error {
		return y.desk.GrantException(y.ctx, y.cast.Actor("watanabe"), &support.Exception{
			Account: y.accounts["wakaba"], Product: "vsphere", Offering: "basic", From: 3, To: 4, Reason: support.T("移行作業の期間中に限り、契約外の製品を対象とする。"), EndsAt: y.desk.Now().AddDate(0, 2, 0),
		})
	})
	for i, key := range []string{"hirano", "patel", "ueno", "baker"} {
		y.at(y.day(50+60*i, "UTC"), func() error {
			return y.desk.AddCertification(y.ctx, y.cast.Actor(key), &support.Certification{
				Contact: y.cast.Contacts[key].ID, Product: "vsphere", Name: support.T("vSphere administrator"), Number: support.T("CA-7712" + string(rune('0'+i))), Until: y.desk.Now().AddDate(2, 0, 0),
			})
		})
	}
	y.at(y.until.Add(-20*24*time.Hour), func() error {
		_, err := y.desk.AddPlan(y.ctx, y.cast.Actor("hirano"), y.accounts["shiramine"], support.PlanBody{
			Title: "vSphere 4.0 Update 2への更新", Zone: "Asia/Tokyo", Done: []string{"notes_read"},
			Milestones: []support.Milestone{{Day: y.until.AddDate(0, 0, 14).Format(time.DateOnly), Product: "vsphere", From: "4.0", To: "4.0 U2", State: support.MilestonePlanned}},
			Contacts:   []support.PlanContact{{Name: "久保 麻衣", Part: "ストレージ", Phone: "+81 3 5550 0188"}},
			Vendors:    []support.PlanVendor{{Name: "Borealis Storage", Contract: "BS-40", Phone: "+81 3 5550 0711"}},
		})
		return err
	})
}

// quiet are a restricted request, and spam by a stolen account.
func (y *year) quiet() {
	all := stories.Technical()
	f := inLanguage(y.filers([]string{"vsphere"}, serves), "ja", y.until)
	c := y.about(all[0], f[0], nil)
	c.firstWords()
	c.then(c.minutes(30, 60), "", func() error {
		return c.by("watanabe", &support.RestrictRequest{Staff: []int64{c.cast.Staff["nishida"].ID}, Reason: support.T("お客様の個人情報を含むログのため")})
	})
	c.asked()
	c.start(y.day(340, "Asia/Tokyo"))
	for i, o := range []stories.Other{
		{Title: "Cheap licences for all products, write now", Text: "Best prices, delivery in five minutes."},
		{Title: "RE: RE: invoice {build}", Text: "Open the document and confirm the payment."},
		{Title: "ご当選のお知らせ（{build}）", Text: "下記からお受け取りください。"},
	} {
		key := []string{"evans", "evans", "kaneko"}[i]
		at := y.day(222, "Europe/London").Add(time.Duration(i) * time.Hour)
		x := y.other(key, y.cast.Contacts[key].Language, "", o, at, func(f *support.File) {
			f.Kind, f.Topic, f.Version = support.CS, "other", ""
		})
		x.then(x.minutes(5, 60), "", func() error {
			return x.by("hayashi", &support.Complete{Reason: "spam"})
		})
		x.start(at)
	}
}
