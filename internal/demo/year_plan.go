package demo

import (
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/demo/stories"
	"madoguchi/internal/support"
)

// plan queues everything that happens in the year.
func (y *year) plan() {
	y.servers(210)
	y.lately()
	y.service(44)
	y.desktops()
	y.scripts()
	y.betas()
	y.experiments()
	y.oldVersions()
	y.atNight()
	y.house()
}

// inLanguage are the filers who write it, with contracts that run on a day.
func inLanguage(list []filer, lang string, at time.Time) []filer {
	return slices.DeleteFunc(slices.Clone(list), func(f filer) bool { return f.lang != lang || f.from.After(at) })
}

// languages of the year, in turn.
func language(i int) string {
	if i%2 == 0 {
		return "ja"
	}
	return "en"
}

// servers are the technical requests on contracts, one after the other through the
// year, each in another of the ways in which they go. What has not ended when the
// year does is open.
func (y *year) servers(n int) {
	all := slices.DeleteFunc(stories.Technical(), func(s stories.Story) bool { return s.Products[0] == "workstation" || s.Products[0] == "fusion" })
	for i := range n {
		y.server(all[i*7%len(all)], i, y.from.Add(YearLength*time.Duration(i)/time.Duration(n)))
	}
}

func (y *year) server(s stories.Story, i int, day time.Time) {
	way := i % 24
	if way == 14 { // what is asked for becomes a wish
		questions := slices.DeleteFunc(stories.Technical(), func(s stories.Story) bool { return s.Severity != 4 || s.Products[0] == "fusion" })
		s = questions[i/24%len(questions)]
	}
	found := inLanguage(y.filers(s.Products, serves), language(i+i/24), day)
	f := pick(y, found)
	at := y.office(day.Add(y.minutes(0, 1400)), f.zone)
	if s.Severity == 1 {
		at = day.Add(y.minutes(0, 1400))
	}
	if s.ID == "psod_driver" && i%3 == 0 {
		y.foreign(s, f).start(at)
		return
	}
	c := y.about(s, f, nil)
	if s.Severity == 1 && way != 12 {
		way = 23
	}
	y.ways(c, way)
	c.start(at)
}

// ways are how technical requests go.
func (y *year) ways(c *course, way int) {
	switch way {
	case 0, 13:
		c.silent()
	case 1:
		c.worked().agreed("wont_fix")
	case 2, 15:
		c.twice()
	case 3, 9, 17:
		c.worked().agreed("workaround")
	case 4, 19:
		c.worked().agreed("confirmed")
		c.back()
	case 5, 11, 21:
		c.engineer(12, 170, func() support.Command { return &support.Comment{Text: c.say(c.words.Response)} })
		c.handedOver()
		c.asked()
		c.agreed("confirmed")
	case 6:
		c.withdrawn()
	case 8:
		c.promised()
	case 10:
		c.raised()
	case 12:
		c.escalated()
	case 14:
		c.converted()
	case 20:
		c.rebuilt()
	default:
		c.worked().agreed("confirmed")
	}
}

// lately are requests of the last days, most of them open when the year ends.
func (y *year) lately() {
	all := slices.DeleteFunc(stories.Technical(), func(s stories.Story) bool {
		return s.Products[0] == "workstation" || s.Products[0] == "fusion" || s.Severity == 1
	})
	for i := range 22 {
		y.server(all[i*5%len(all)], i+1, y.until.Add(-time.Duration(22-i)*9*time.Hour-26*time.Hour))
	}
}

// other begins a course that is told by a title and a text.
func (y *year) other(key, lang, product string, o stories.Other, at time.Time, fill func(*support.File)) *course {
	c := &course{year: y, contact: key, lang: lang, zone: y.cast.Contacts[key].Zone, values: y.values(lang, at)}
	c.owner = y.engineerFor("vsphere_sdk", lang)
	c.then(0, "", func() error {
		file := &support.File{
			Kind: support.Technical, Channel: support.Portal, Contact: y.cast.Contacts[key].ID, Product: product, Version: versionOf[product],
			Title: c.say(o.Title), Body: c.say(o.Text),
		}
		fill(file)
		done, err := y.desk.Do(y.ctx, y.cast.Actor(key), 0, file)
		c.id = done.ID
		if err != nil {
			err = fmt.Errorf("%s files %q: %w", key, file.Title.Plain, err)
		}
		return err
	})
	return c
}

// service are customer service requests, which the licence team answers and
// completes with notice.
func (y *year) service(n int) {
	var holders []fixtures.Contract
	for _, k := range y.contracts {
		if y.numbers[k.Number] != 0 {
			holders = append(holders, k)
		}
	}
	for i := range n {
		k := holders[i*5%len(holders)]
		day := y.from.Add(YearLength * time.Duration(i) / time.Duration(n))
		who := y.cast.Contacts[k.Primary]
		list := stories.Service(who.Language)
		o := list[i/2%len(list)]
		at := y.office(day, who.Zone)
		c := y.other(k.Primary, who.Language, "", o, at, func(f *support.File) {
			f.Kind, f.Topic, f.Contract, f.Version = support.CS, pick(y, []string{"contract", "portal", "other"}), y.numbers[k.Number], ""
			f.Items = []string{"contract_number"}
		})
		c.values["contract"], c.values["product"] = k.Number, k.Products[0]
		c.owner = pick(y, []string{"mori", "kimura"})
		c.values["n"] = fmt.Sprint(16 + 4*i)
		c.engineer(60, 2200, func() support.Command { return &support.Comment{Text: c.say(o.Answer)} })
		if i%5 == 4 {
			c.customer(60, 900, func() support.Command {
				return &support.Comment{Text: support.T(map[string]string{"ja": "ありがとうございました。確認しました。", "en": "Thank you, we have it."}[c.lang])}
			})
		}
		c.engineer(200, 2000, func() support.Command { return &support.Complete{Reason: "confirmed", Text: c.say(o.Answer)} })
		c.start(at)
	}
}

// desktops are registrants of complimentary products, and one who buys incidents
// when the window has ended (R06, R52).
func (y *year) desktops() {
	all := slices.DeleteFunc(stories.Technical(), func(s stories.Story) bool { return s.Products[0] != "workstation" && s.Products[0] != "fusion" })
	for i, key := range []string{"ellis", "aoki", "price", "yoshida"} {
		who := y.cast.Contacts[key]
		since := y.from.Add(time.Duration(20+40*i) * 24 * time.Hour)
		y.at(since, func() error {
			for _, product := range []string{"workstation", "fusion"} {
				if err := y.desk.Register(y.ctx, y.cast.Actor(key), &support.Registration{Contact: who.ID, Product: product}); err != nil {
					return err
				}
			}
			return nil
		})
		for n := range 6 {
			s := all[(i+n)%len(all)]
			day := since.Add(time.Duration(2+n*4) * 24 * time.Hour)
			if s.Products[0] == "fusion" {
				day = since.Add(time.Duration(30+n*30) * 24 * time.Hour)
			}
			c := y.about(s, filer{key, s.Products[0], who.Zone, who.Language, "", since}, nil)
			c.worked().agreed("confirmed")
			c.start(y.office(day, who.Zone))
		}
	}
	y.at(y.from.Add(200*24*time.Hour), func() error {
		_, err := y.desk.BuyIncidents(y.ctx, y.cast.Actor("price"), y.cast.Contacts["price"].ID, "workstation", 5)
		return err
	})
	for n := range 4 {
		s := all[[]int{0, 3, 0, 3}[n]%len(all)]
		if s.Products[0] != "workstation" {
			continue
		}
		who := y.cast.Contacts["price"]
		c := y.about(s, filer{"price", "workstation", who.Zone, who.Language, "", y.from}, nil)
		c.worked().agreed("confirmed")
		c.start(y.office(y.from.Add(time.Duration(210+30*n)*24*time.Hour), who.Zone))
	}
}

// scripts are requests about the programming interfaces; some are none of ours in
// the end (R42, R43).
func (y *year) scripts() {
	for i := range 12 {
		key := []string{"nishi", "moreau"}[i%2]
		who := y.cast.Contacts[key]
		list := stories.Scripts(who.Language)
		o := list[i/2%len(list)]
		at := y.day(15+28*i, who.Zone)
		c := y.other(key, who.Language, "vsphere_sdk", o, at, func(f *support.File) {
			f.Severity, f.Criteria, f.Scope = 3, []string{"usable"}, "sdk_method"
			for _, id := range []string{"tried", "small_case", "outside"} {
				f.Evidence = append(f.Evidence, support.Evidence{ID: id, Text: support.T(evidence[who.Language == "ja"][id])})
			}
		})
		c.engineer(30, 500, func() support.Command { return &support.Comment{Text: c.say(o.Answer)} })
		c.words.Found = o.Answer
		c.agreed([]string{"out_of_scope", "confirmed"}[i/2%2])
		c.start(at)
	}
}

var evidence = map[bool]map[string]string{
	false: {"tried": "Another account and another host behave alike.", "small_case": "Fourteen lines, attached to the description.", "outside": "The sample client from the kit shows the same."},
	true:  {"tried": "別のアカウント、別のホストでも同様です。", "small_case": "14行のスクリプトで再現します。", "outside": "キット付属のサンプルクライアントでも同じ結果です。"},
}

// betas is one programme that ends in the year with all that was filed in it, and
// one that runs (R35-R37).
func (y *year) betas() {
	for i, p := range []struct {
		key, name   string
		begin, ends int
		n           int
	}{{"esx-next", "ESX next", 30, 120, 14}, {"vsphere-next", "vSphere next", 300, 420, 6}} {
		var id int64
		begin := y.from.Add(time.Duration(p.begin) * 24 * time.Hour)
		y.at(begin, func() error {
			b := support.BetaProgramme{
				Key: p.key, Name: p.name, Kind: support.BetaPublic, Product: []string{"esx", "vsphere"}[i], Version: "4.0",
				EndsAt: y.from.Add(time.Duration(p.ends) * 24 * time.Hour), Zone: "America/Los_Angeles",
			}
			err := y.desk.AddProgramme(y.ctx, y.cast.Actor("okuda"), &b)
			id = b.ID
			return err
		})
		testers := []string{"hirano", "patel", "kaneko", "baker", "kobayashi"}
		for n, key := range testers {
			y.at(begin.Add(time.Duration(n+1)*time.Hour), func() error { return y.desk.JoinBeta(y.ctx, y.cast.Actor(key), id) })
		}
		for n := range p.n {
			key := testers[n%len(testers)]
			who := y.cast.Contacts[key]
			list := stories.Betas(who.Language)
			at := y.office(begin.Add(time.Duration(2+n*5)*24*time.Hour), who.Zone)
			c := y.other(key, who.Language, "", list[n/2%len(list)], at, func(f *support.File) {
				f.Beta, f.BetaSort, f.Version = id, []string{"bug", "bug", "feedback", "feature"}[n%4], ""
				f.AcceptProperty = f.BetaSort == "feature"
			})
			c.start(at)
		}
	}
}

// experiments are feedback on an experimental feature (R32).
func (y *year) experiments() {
	for i := range 4 {
		key := []string{"hirano", "patel"}[i%2]
		who := y.cast.Contacts[key]
		o := stories.Experiments(who.Language)[i/2]
		at := y.day(60+70*i, who.Zone)
		c := y.other(key, who.Language, "vsphere", o, at, func(f *support.File) {
			f.Severity, f.Criteria, f.Feature = 4, []string{"question"}, "live_patching"
		})
		c.words.Found = o.Answer
		c.engineer(300, 3000, func() support.Command { return &support.Comment{Text: c.say(o.Answer)} })
		c.agreed("confirmed")
		c.start(at)
	}
}

// oldVersions are requests about a version that is in technical guidance: by web,
// low severity.
func (y *year) oldVersions() {
	all := slices.DeleteFunc(stories.Technical(), func(s stories.Story) bool { return s.Severity < 3 || !slices.Contains(s.Products, "esx") })
	for i := range 4 {
		at := y.day(40+80*i, "Asia/Tokyo")
		f := pick(y, inLanguage(y.filers([]string{"esx"}, serves), language(i), at))
		c := y.about(all[i%len(all)], f, func(file *support.File) { file.Version = "3.0" })
		c.worked().agreed("confirmed")
		c.start(y.office(at, f.zone))
	}
}
