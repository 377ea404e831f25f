package demo

import (
	"time"

	"madoguchi/internal/demo/stories"
	"madoguchi/internal/support"
)

// both gives a text by the request's language.
func (c *course) both(en, ja string) support.Text {
	if c.lang == "ja" {
		return support.T(ja)
	}
	return support.T(en)
}

func (c *course) firstWords() {
	c.engineer(12, 170, func() support.Command { return &support.Comment{Text: c.say(c.words.Response)} })
}

// twice: the same person reports it once more, and the second request is completed
// as a duplicate of the first.
func (c *course) twice() {
	c.firstWords()
	c.then(c.minutes(300, 900), c.zone, func() error {
		first := c.id
		file := &support.File{
			Kind: support.Technical, Channel: support.Portal, Contact: c.cast.Contacts[c.contact].ID, Product: c.productOf(), Version: "4.0", Severity: c.story.Severity,
			Criteria: []string{c.story.Criterion}, Title: c.say(c.words.Titles[0] + map[bool]string{false: ": again today, still on {host}", true: "（本日も{host}で再発）"}[c.lang == "ja"]),
			Body: c.both("The same as in the request of some days ago, which may have been lost.", "先日のリクエストと同じ事象です。届いていない可能性があるため、再度登録します。"),
		}
		if file.Severity <= 2 {
			file.Details.Impact = file.Title
		}
		done, err := c.desk.Do(c.ctx, c.cast.Actor(c.contact), 0, file)
		if err != nil {
			return err
		}
		c.id = done.ID
		err = c.by(c.owner, &support.Take{})
		if err == nil {
			err = c.by(c.owner, &support.Complete{Reason: "duplicate", Of: first, Text: c.both("We go on in your first request.", "最初のリクエストで対応を続けます。")})
		}
		c.id = first
		return err
	})
	c.asked()
	c.agreed("confirmed")
}

func (c *course) productOf() string {
	r, err := c.request()
	if err != nil {
		return ""
	}
	return r.Filed.Product
}

// withdrawn: it is gone before anything was found; the customer says so.
func (c *course) withdrawn() {
	c.firstWords()
	c.customer(200, 3000, func() support.Command {
		return &support.ProposeCompletion{Reason: "withdrawn", Text: c.both("It has not come back since we restarted the machine. We withdraw the request.", "再起動後は再発していません。リクエストを取り下げます。")}
	})
	c.engineer(20, 500, func() support.Command { return &support.AcceptCompletion{} })
}

// promised: news for one instant, kept in time.
func (c *course) promised() {
	c.firstWords()
	c.engineer(10, 60, func() support.Command {
		return &support.MakePromise{Text: c.both("You will have the result of our test by then.", "検証結果をこの時刻までにお知らせします。"), DueAt: c.office(c.desk.Now().Add(30*time.Hour), c.zone).Add(6 * time.Hour)}
	})
	c.engineer(1300, 1700, func() support.Command { return &support.KeepPromise{N: 1, Text: c.say(c.words.Found)} })
	c.asked()
	c.agreed("confirmed")
}

// raised: the impact grows, the customer asks for a higher severity and gets it.
func (c *course) raised() {
	c.firstWords()
	if c.story.Severity > 2 {
		c.customer(100, 700, func() support.Command {
			return &support.RaiseSeverity{To: 2, Criteria: []string{"restricted"}, Impact: c.both("It now concerns the whole department; orders wait.", "影響が部門全体に広がり、受注処理が滞っています。")}
		})
		c.engineer(3, 12, func() support.Command {
			return &support.GrantSeverity{Reason: c.both("The impact has grown.", "影響範囲が拡大したため。")}
		})
		c.engineer(10, 60, func() support.Command { return &support.Comment{Text: c.say(c.words.Found)} })
	}
	c.asked()
	c.agreed("confirmed")
}

// escalated: management's attention, with a plan, until all agree that it is well.
func (c *course) escalated() {
	c.firstWords()
	c.customer(200, 900, func() support.Command {
		return &support.Escalate{
			Statement: c.say(c.words.Titles[0]), Impact: c.both("The month's closing is at risk.", "月次の締め処理に影響が出ます。"),
			Workaround: c.both("None that lasts.", "恒久的な回避策はありません。"), Reason: c.both("The answers so far do not bring us forward.", "これまでの回答では前に進めません。"),
		}
	})
	c.then(c.minutes(8, 25), "", func() error { return c.by("watanabe", &support.AssignEscalation{Engineer: c.cast.Staff["nishida"].ID}) })
	c.then(c.minutes(15, 60), "", func() error {
		return c.by("nishida", &support.SetActionPlan{Steps: []support.PlanStep{
			{Text: c.both("Rebuild the environment and see it happen.", "環境を再現し、事象を確認します。"), CheckpointAt: c.desk.Now().Add(4 * time.Hour)},
			{Text: c.both("Tell the result and the next step by phone.", "結果と次の手順を電話でお伝えします。"), CheckpointAt: c.desk.Now().Add(8 * time.Hour)},
		}})
	})
	c.engineer(200, 500, func() support.Command { return &support.Comment{Text: c.say(c.words.Found)} })
	c.then(c.minutes(60, 200), "", func() error {
		for _, check := range []string{"plan_ok", "on_track"} {
			if err := c.by("nishida", &support.ConfirmDeescalation{Check: check}); err != nil {
				return err
			}
		}
		return nil
	})
	c.customer(30, 200, func() support.Command { return &support.ConfirmDeescalation{Check: "customer_agrees"} })
	c.then(c.minutes(10, 60), "", func() error { return c.by("nishida", &support.Deescalate{}) })
	c.asked()
	c.agreed("confirmed")
}

// converted: what is asked for does not exist yet; it goes on as a wish.
func (c *course) converted() {
	w := stories.Wishes(c.lang)
	wish := pick(c.year, w)
	c.engineer(20, 200, func() support.Command {
		return &support.Comment{Text: c.both("What you describe works as designed today. It would be a new function: "+wish.Title+".", "ご指摘の点は現在の仕様です。新しい機能のご要望となります："+wish.Title)}
	})
	c.engineer(300, 2000, func() support.Command {
		return &support.Convert{Consent: &support.Consent{Contact: c.cast.Contacts[c.contact].ID, How: support.Phone}, Text: c.both("As we said on the phone it goes on as a wish.", "お電話でお話ししたとおり、ご要望として引き継ぎます。")}
	})
}

// rebuilt: the environment is rebuilt, a defect is found, and fixed later on.
func (c *course) rebuilt() {
	c.firstWords()
	c.engineer(400, 1500, func() support.Command {
		return &support.RecordReproduction{Outcome: support.HasReproduced, Environment: c.both("Two hosts of the same kind, build {build}.", "同型のホスト2台、ビルド{build}。"), Public: true}
	})
	var defect int64
	c.then(c.minutes(60, 300), "", func() error {
		x := support.Defect{
			Product: c.productOf(), Versions: []string{"4.0"}, Severity: 2, Title: c.say(c.story.En.Titles[0]),
			Public: c.say(c.story.En.Titles[0]), Description: c.say(c.story.En.Body),
		}
		if err := c.desk.ReportDefect(c.ctx, c.cast.Actor("nishida"), &x); err != nil {
			return err
		}
		defect = x.ID
		return c.by("nishida", &support.LinkDefect{Defect: x.ID})
	})
	c.asked()
	c.agreed("workaround")
	c.then(c.minutes(20000, 60000), "", func() error { return c.fixed(defect) })
}

// foreign: a component of another vendor is at fault (R39).
func (y *year) foreign(s stories.Story, f filer) *course {
	c := y.about(s, f, func(file *support.File) {
		file.ThirdParties = []support.NewThirdParty{{Vendor: support.T("Fulcrum"), Component: support.T("8G"), Version: "2.1"}}
	})
	c.worked()
	c.engineer(60, 400, func() support.Command {
		return &support.StateGrounds{N: 1, Text: c.both("The trace on the screen begins in the module of this adapter's driver.", "画面のトレースが、このアダプタのドライバのモジュールから始まっています。")}
	})
	c.engineer(10, 60, func() support.Command {
		return &support.SuggestVendorCase{N: 1, Text: c.both("Please open a request with the maker of the adapter; the evidence to hand over is on the page.", "アダプタの製造元にお問い合わせください。お渡しいただく資料はページにまとめてあります。")}
	})
	c.customer(100, 2000, func() support.Command {
		return &support.RecordVendorCase{N: 1, Number: support.T("FC-" + c.values["build"])}
	})
	c.customer(6000, 12000, func() support.Command {
		return &support.RecordVendorAnswer{N: 1, Finding: support.AtFault, Text: c.both("A driver that mends it was sent.", "修正版のドライバの提供を受けました。")}
	})
	c.agreed("third_party")
	return c
}
