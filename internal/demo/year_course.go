package demo

import (
	"slices"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/demo/stories"
	"madoguchi/internal/support"
)

// filer is somebody who may file about a product on a contract.
type filer struct {
	key, product, zone, lang string
	offering                 string
	from                     time.Time
}

// filers are those of the contracts with an offering that fits; products of a
// story narrow them.
func (y *year) filers(products []string, fits func(fixtures.Contract) bool) []filer {
	var out []filer
	for _, k := range y.contracts {
		if !fits(k) {
			continue
		}
		for _, p := range k.Products {
			if !slices.Contains(products, p) {
				continue
			}
			for _, key := range k.Admins {
				c := y.cast.Contacts[key]
				out = append(out, filer{key, p, c.Zone, c.Language, k.Offering, k.StartsAt})
			}
		}
	}
	return out
}

// serves tells whether a contract is one on which the year files. Sato of Aoba is
// left to whoever tries the demo.
func serves(k fixtures.Contract) bool {
	return k.Offering != "sdk_program" && k.Offering != "developer" && !slices.Contains(k.Products, "acquired") && k.Account != "aoba" && k.Account != "kranich"
}

// about begins a course on a story, told so that no two are alike; the step that
// files comes first.
func (y *year) about(s stories.Story, f filer, change func(*support.File)) *course {
	c := &course{year: y, contact: f.key, lang: f.lang, zone: f.zone, story: s, words: s.In(f.lang)}
	c.owner = y.engineerFor(f.product, c.lang)
	c.severe = s.Severity == 1
	told := y.told[s.ID+c.lang]
	y.told[s.ID+c.lang]++
	c.then(0, "", func() error {
		c.values = y.values(c.lang, y.desk.Now())
		file := &support.File{
			Kind: support.Technical, Channel: support.Portal, Contact: y.cast.Contacts[f.key].ID, Product: f.product, Version: versionOf[f.product],
			Severity: s.Severity, Criteria: []string{s.Criterion}, Title: c.say(c.words.Titles[told%len(c.words.Titles)]), Body: c.say(c.words.Body),
			Details: support.Details{Environment: "production", Tags: []string{s.Tag}, Workaround: "unknown"},
		}
		if s.Severity <= 2 {
			file.Details.Impact = c.say(c.words.Titles[(told+1)%len(c.words.Titles)])
		}
		if s.Severity == 1 {
			file.Details.Severity1 = []int64{file.Contact}
		}
		if change != nil {
			change(file)
		}
		done, err := y.desk.Do(y.ctx, y.cast.Actor(f.key), 0, file)
		c.id = done.ID
		return err
	})
	return c
}

var versionOf = map[string]string{"esx": "4.0", "vsphere": "4.0", "workstation": "7.0", "fusion": "3.0", "vsphere_sdk": "4.0"}

// engineerFor draws one who knows the language; the same few would own all
// otherwise.
func (y *year) engineerFor(product, lang string) string {
	if lang == "ja" {
		if product == "vsphere" || product == "esx" {
			return pick(y, []string{"ito", "saito", "goto", "fujita"})
		}
		return pick(y, []string{"saito", "goto", "fujita"})
	}
	if product == "vsphere" || product == "esx" {
		return pick(y, []string{"byrne", "murphy", "walsh", "reilly"})
	}
	return pick(y, []string{"murphy", "walsh", "reilly"})
}

// worked is the middle of most stories: the first words, an ask and its answer,
// what was found. A few are answered late, as it happens.
func (c *course) worked() *course {
	from, to := 12, 170
	switch {
	case c.severe:
		from, to = 4, 22
	case c.rng.IntN(14) == 0:
		from, to = 3000, 4300
	}
	c.engineer(from, to, func() support.Command { return &support.Comment{Text: c.say(c.words.Response)} })
	c.asked()
	c.engineer(30, 900, func() support.Command { return &support.Comment{Text: c.say(c.words.Found)} })
	return c
}

func (c *course) asked() {
	c.engineer(5, 40, func() support.Command {
		return &support.Ask{NewAsk: support.NewAsk{Kind: support.AskKind(c.story.Ask), Text: c.say(c.words.Asked)}}
	})
	c.then(c.minutes(40, 3000), c.zone, func() error {
		return c.by(c.contact, &support.AnswerAsk{N: c.lastAsk(), Text: c.say(c.words.Answer)})
	})
}

func (c *course) lastAsk() int {
	r, err := c.request()
	if err != nil {
		return 0
	}
	return len(r.Asks)
}

// agreed ends it: proposed by the engineer, accepted by the customer, with an
// opinion now and then.
func (c *course) agreed(reason string) {
	cause := c.rng.IntN(2) == 0
	c.engineer(200, 3000, func() support.Command {
		p := &support.ProposeCompletion{Reason: reason, Text: c.say(c.words.Found)}
		if cause {
			p.Cause, p.CausePublic = c.say(c.words.Cause), true
		}
		return p
	})
	c.customer(30, 4000, func() support.Command { return &support.AcceptCompletion{} })
	c.opinion()
}

// opinion answers the survey when one was sent to this person.
func (c *course) opinion() {
	if c.rng.IntN(100) >= 55 {
		return
	}
	score := pick(c.year, []int{5, 5, 5, 5, 4, 4, 4, 3, 3, 2})
	text := pick(c.year, opinions[c.lang == "ja"][score])
	c.then(c.minutes(20, 2000), c.zone, func() error {
		r, err := c.request()
		if err != nil || r.Survey.RequestedSeq == 0 || !r.Survey.AnsweredAt.IsZero() || r.Survey.Contact != c.cast.Contacts[c.contact].ID || r.Completed == nil {
			return err
		}
		return c.by(c.contact, &support.AnswerSurvey{Score: score, Text: support.T(text)})
	})
}

// opinions by whether they are Japanese, and by score.
var opinions = map[bool]map[int][]string{
	false: {
		5: {"Quick and to the point.", "Explained so that we could do it ourselves.", "Very good, thank you.", ""},
		4: {"Good help; the logs took two rounds.", "Fine, a little slow at the beginning.", ""},
		3: {"It works, but I had to ask for news.", "Solved in the end."}, 2: {"The first answer did not read what we had written."},
	},
	true: {
		5: {"迅速で分かりやすい対応でした。", "手順が明確で、自分たちで対応できました。", "大変助かりました。", ""},
		4: {"丁寧な対応でした。ログの採取が2回必要でした。", "最初だけ少し時間がかかりました。", ""},
		3: {"解決しましたが、途中経過をこちらから確認しました。", "最終的には解決しました。"}, 2: {"最初の回答が、記載した内容を踏まえていませんでした。"},
	},
}

// silent: the customer stops answering, three attempts on three days stay so, and
// it completes by itself.
func (c *course) silent() {
	c.engineer(15, 160, func() support.Command { return &support.Comment{Text: c.say(c.words.Response)} })
	c.engineer(5, 60, func() support.Command {
		return &support.Ask{NewAsk: support.NewAsk{Kind: support.AskKind(c.story.Ask), Text: c.say(c.words.Asked)}}
	})
	for i, text := range reminders[c.lang == "ja"] {
		c.engineer([]int{2880, 4400, 5000}[i], []int{4300, 5600, 7000}[i], func() support.Command {
			return &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: support.T(text), Announce: i == 2}
		})
	}
}

var reminders = map[bool][]string{
	false: {"May I remind you of what we asked for? Without it we cannot go on.", "We still wait for your answer. Is the problem there any more?", "If we do not hear from you we will complete the request in some days; your answer reopens it."},
	true:  {"先日お願いした件はいかがでしょうか。いただけないと先へ進められない状況です。", "引き続きご回答をお待ちしています。現在も事象は発生していますか。", "ご連絡がない場合、数日後に完了とさせていただきます。ご返信いただければ再オープンします。"},
}

// back: it happens again within the time to reopen, and is solved once more.
func (c *course) back() {
	text := map[bool]string{false: "It happened again last night, in the same way. We have changed nothing since.", true: "昨夜、同じ事象が再発しました。その後、変更は行っていません。"}[c.lang == "ja"]
	more := map[bool]string{false: "Thank you for writing. The second host had the same setting; it has been put right as well.", true: "ご連絡ありがとうございます。2台目のホストにも同じ設定があり、あわせて修正しました。"}[c.lang == "ja"]
	c.customer(2000, 14000, func() support.Command { return &support.Comment{Text: support.T(text)} })
	c.engineer(20, 200, func() support.Command { return &support.Comment{Text: support.T(more)} })
	c.agreed("confirmed")
}

// handedOver: another engineer takes it over at the end of the day.
func (c *course) handedOver() {
	var to string
	for to = c.owner; to == c.owner; {
		to = c.engineerFor("vsphere", c.lang)
	}
	words := map[bool][3]string{
		false: {"The logs are read, the port is suspected.", "Compare the counters after the night's backup.", "The colleague's shift ends; the work goes on without a break."},
		true:  {"ログは確認済みで、ポートが疑わしい状況です。", "夜間バックアップ後のカウンタを比較してください。", "担当者の勤務終了に伴い、引き続き別の者が対応いたします。"},
	}[c.lang == "ja"]
	c.engineer(200, 500, func() support.Command {
		return &support.AnnounceHandOver{To: c.cast.Staff[to].ID, Ground: "expertise", Reason: support.T(words[2]), Note: support.HandOverNote{
			State: support.T(words[0]), Next: support.T(words[1]), Promises: support.T("-"), DoNot: support.T("-"),
		}}
	})
	c.then(c.minutes(5, 15), "", func() error { return c.by(to, &support.AcceptHandOver{}) })
	c.then(c.minutes(25, 60), "", func() error { c.owner = to; return nil })
}
