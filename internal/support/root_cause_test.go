package support_test

import (
	"testing"

	"madoguchi/internal/support"
)

// An engineer answers by mail, by phone or both, rebuilds the customer's
// environment, asks engineering, and writes down why it happened; the customer
// reads of it what is public.
// guide: R09
func TestTheEngineersWork(t *testing.T) {
	t.Parallel()
	m := newRoom()
	for i := range m.staff {
		if m.staff[i].ID == m.people["nishida"].ID {
			m.staff[i].Roles = []support.Role{support.RoleEngineering}
		}
	}
	tellsIn(t, m, production, `
2026-06-03 10:20 JST ito log_contact channel=phone outcome=connected text="状況を伺いました。"
want target first_response met
2026-06-03 10:25 JST ito comment channel=mail text="手順をお送りします。"
want told tanaka comment
2026-06-03 11:00 JST nishida record_reproduction outcome=reproduced rebuilt="vSphere 4.0、ホスト2台" text="90%で停止" public=yes
want refused forbidden cause.public_by_engineer
2026-06-03 11:00 JST nishida record_reproduction outcome=reproduced rebuilt="vSphere 4.0、ホスト2台" text="90%で停止"
want hidden reproduction_recorded
want told ito reproduced_staff at 2026-06-03 11:00 JST
want no mail tanaka reproduced
2026-06-03 11:05 JST ito record_reproduction outcome=partly rebuilt="vSphere 4.0、ホスト2台" public=yes
want public reproduction_recorded
want told tanaka reproduced at 2026-06-03 11:05 JST
2026-06-03 11:10 JST ito ask kind=verify_bug of=engineering text="競合に見えます。"
2026-06-03 12:00 JST nishida answer_ask n=1 text="不具合です。"
want told ito ask_answered_staff
2026-06-03 12:10 JST ito record_root_cause text="まだ推測です。"
want hidden root_cause_recorded
2026-06-03 13:00 JST tanaka propose_completion reason=confirmed cause="私の推測"
want refused invalid cause.staff_only field cause
2026-06-03 13:00 JST ito propose_completion reason=confirmed text="修正版で解決しました。" cause="コピー処理の競合" cause_public=yes
want public root_cause_recorded
want event root_cause_recorded times 2
want event root_cause_recorded text="コピー処理の競合" public=yes
want told tanaka completion_proposed at 2026-06-03 13:00 JST
want no mail tanaka root_cause
2026-06-03 14:00 JST tanaka accept_completion
want stage completed reason confirmed
2026-06-04 10:00 JST ito record_root_cause text="ロックの順序の誤り" public=yes
want told tanaka root_cause at 2026-06-04 10:00 JST
want stage completed
`)
	tells(t, production, `
2026-06-03 11:00 JST ito record_reproduction outcome=perhaps rebuilt=x
want refused invalid reproduction.outcome field outcome
2026-06-03 11:00 JST ito record_reproduction outcome=reproduced
want refused invalid text.needed field environment
2026-06-03 11:00 JST ito record_root_cause text=""
want refused invalid text.needed field text
2026-06-03 11:00 JST ito record_reproduction outcome=not_reproduced rebuilt=x public=yes
want target first_response met
2026-06-03 11:10 JST ito complete reason=confirmed consent=tanaka how=phone cause="設定の誤り"
want hidden root_cause_recorded
want event root_cause_recorded text="設定の誤り"
`)
	tells(t, cs, `
2026-06-03 11:00 JST mori complete reason=confirmed cause=x
want refused invalid command.technical_only field cause
`)
}
