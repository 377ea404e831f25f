package stories

// Service are customer service requests, each with its answer.
func Service(lang string) []Other {
	if lang == "ja" {
		return []Other{
			{"ライセンスキーの再送をお願いします", "担当者の交代に伴い、{product}のライセンスキーの記録が見当たりません。契約{contract}分を再送してください。", "ご本人確認のうえ、登録メールアドレス宛てにキーを再送しました。"},
			{"契約の更新見積もりについて", "契約{contract}が{day}に満了します。次年度も同じ内容で更新したいので、手続きを教えてください。", "更新の案内と見積もりをお送りしました。満了日の前日まで現在のサポートが継続します。"},
			{"サポート管理者の追加方法", "{day}に着任した担当者を、契約{contract}のサポート管理者に追加したいのですが、画面が見つかりません。", "追加は主ライセンス管理者の方が契約のページで行えます。手順をお送りしました。"},
			{"ポータルにサインインできません", "パスワードの再設定メールが届きません。{day}から試しています。", "登録アドレスの綴りに誤りがありました。ご確認のうえ訂正し、再設定メールが届いたことを確認しました。"},
			{"請求書の宛名変更", "{day}付の社名変更により、契約{contract}の請求先の名称を変更してください。", "登記事項を確認し、請求先の名称を変更しました。次回の請求から反映されます。"},
			{"ライセンス数の確認", "{product}の登録数が{n}CPUと表示されますが、購入数と合いません。", "{day}の追加購入分が別の契約に登録されていました。移動し、合計が一致することを確認しました。"},
		}
	}
	return []Other{
		{"Please send our licence key again", "Our colleague has left and we cannot find the key for {product}. Please send the one of contract {contract} again.", "After checking who asks, the key was sent to the registered address."},
		{"Renewal of contract {contract}", "Our contract ends on {day}. We want to go on with the same offering; what do we have to do?", "The offer for the renewal was sent. Support goes on until the last day of the contract."},
		{"How do we add a support administrator?", "Since {day} we have a new colleague who should become support administrator of {contract}. We do not find where.", "The primary licence administrator does that on the page of the contract; the steps were sent."},
		{"Cannot sign in to the portal", "The mail to reset my password does not arrive. I have tried since {day}.", "The registered address had a slip in it. After it was put right the mail arrived."},
		{"Invoice has the wrong name", "We have had a new company name since {day}. Please change it on the invoices for contract {contract}.", "The name was changed after the papers were seen; the next invoice has it."},
		{"Number of licences does not fit", "We see {n} CPUs of {product} and bought more.", "What was bought on {day} had been registered to another contract. It was moved and the sum is right."},
	}
}

// Wishes are wishes for features: a title and its text.
func Wishes(lang string) []Other {
	if lang == "ja" {
		return []Other{
			{"データストアごとの空き容量予測", "過去の増加量から、いつ満杯になるかを表示してほしいです。", ""},
			{"タスク一覧のCSV出力", "監査のため、タスクの一覧をCSVで出力できるようにしてください。", ""},
			{"スナップショットの保持期限", "作成時に期限を設定し、期限が来たら通知してほしいです。", ""},
			{"ゲストのメモ欄の検索", "メモ欄も検索対象に含めてください。", ""},
		}
	}
	return []Other{
		{"Show when a datastore will be full", "From what it has grown in the past the client could tell the day on which a datastore is full.", ""},
		{"Tasks as CSV", "For our auditors we need the list of tasks as CSV.", ""},
		{"Snapshots with an end date", "A snapshot should have a date after which its owner is reminded.", ""},
		{"Search in notes of guests", "The search should find what stands in the notes of a guest.", ""},
	}
}

// Betas are what testers of a beta write: bugs first.
func Betas(lang string) []Other {
	if lang == "ja" {
		return []Other{
			{"ベータ版：{host}のインストーラが言語選択で止まる", "日本語を選ぶと次へ進めません。英語では進めます。", ""},
			{"ベータ版：{guest}の統計グラフが表示されない", "{day}のビルドからグラフが空白です。", ""},
			{"ベータ版：移行ウィザードの文言が切れる", "{host}-{guest}のような{n}文字を超えるホスト名で説明文が途中で切れます。", ""},
		}
	}
	return []Other{
		{"Beta: installer on {host} ignores the second disk", "Only the first disk is offered, though {n} are there.", ""},
		{"Beta: charts of {guest} stay empty", "Since the build of {day} all charts are empty in the new client.", ""},
		{"Beta: host profile of {host} forgets a time server", "Of {n} time servers the last is lost when the profile is applied.", ""},
	}
}

// Scripts are questions about the programming interfaces; Answer is what we found.
func Scripts(lang string) []Other {
	if lang == "ja" {
		return []Other{
			{"{guest}のディスク一覧が1件少なく返る", "メソッドが返すディスクの数が、クライアントの表示より1件少なくなります。", "再現しましたが、仕様どおりの動作です。2つ目のコントローラのディスクは別のプロパティに入ります。呼び出しの前後を記録すると確認できます。"},
			{"セッションが{min}分で切れる", "更新の呼び出しをしていても、{min}分でセッションが無効になります。", "サーバー側の設定による上限でした。設定の変更方法をお送りしました。"},
			{"イベントの取得が{n}件で止まる", "{n}件目以降のイベントが返りません。ページングの方法を教えてください。", "1回に返る件数の上限です。続きの取得方法はリファレンスに記載のとおりで、最小のテストケースで動作を確認しました。"},
		}
	}
	return []Other{
		{"List of disks of {guest} lacks one", "The method returns one disk less than the client shows.", "We see the same, and it is as documented: disks of the second controller are in another property. A log before and after the call shows it."},
		{"Session ends after {min} minutes", "Although we renew it the session becomes invalid after {min} minutes.", "A limit on the server was set; how to change it was sent."},
		{"Only {n} events are returned", "Events after the first {n} are not returned. How do we page?", "It is the limit of one call. How to go on is in the reference; your small case works with it here."},
	}
}

// Experiments are feedback on an experimental feature.
func Experiments(lang string) []Other {
	if lang == "ja" {
		return []Other{
			{"試験的機能：{host}のライブパッチ適用の所要時間", "検証機{host}で試しました。{min}分かかりましたが、ゲスト{n}台は停止しませんでした。", "ご報告ありがとうございます。開発部門に共有しました。"},
			{"試験的機能：{host}でのパッチ後の表示", "適用後も、クライアントには再起動が必要と表示されます。", "ご報告ありがとうございます。表示の件を開発部門に共有しました。"},
		}
	}
	return []Other{
		{"Experimental: time of a live patch on {host}", "We tried it on the test machine {host}. It took {min} minutes and none of the {n} guests stopped.", "Thank you for the report; engineering has it."},
		{"Experimental: display after a live patch of {host}", "The client still says that a restart is needed afterwards.", "Thank you for the report; engineering has it."},
	}
}
