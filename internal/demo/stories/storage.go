package stories

var (
	servers  = []string{"vsphere", "esx"}
	platform = []string{"vsphere"}
)

var storage = []Story{
	{"path_loss", servers, 2, "restricted", "debug_data", "storage",
		Telling{
			[]string{"Datastore {store} goes read-only on {host}", "All paths to {store} are lost at night", "{host} loses {store} while backups run"},
			"Since {day} the datastore {store} becomes unavailable on {host} for about {min} minutes while the nightly backup runs. {n} guests stand still meanwhile; they come back by themselves when the paths return. The other hosts of the cluster keep theirs.",
			"Thank you for the exact times. All paths going at once points at the adapter or its switch port rather than at the array. I will compare the messages of {host} with those of a host that keeps its paths.",
			"Please send the support bundle of {host}, collected right after the next loss, and the port counters of the switch for the same hour.",
			"Bundle and counters are on their way. The port of {host} shows {n} CRC errors since {day}, the others none.",
			"The errors on the port grow with the load of the backup and the adapter resets itself. Replace the optical module on that port; until then let the backup run over the second port.",
			"A worn optical module caused CRC errors under load; the adapter reset and dropped all paths."},
		Telling{
			[]string{"{host}でデータストア{store}が読み取り専用になる", "夜間に{store}への全パスが失われる", "バックアップ中に{host}が{store}を見失う"},
			"{day}以降、夜間バックアップの最中に{host}でデータストア{store}が約{min}分間使えなくなります。その間{n}台のゲストが停止し、パスが戻ると自動的に復旧します。クラスタの他のホストでは発生していません。",
			"発生時刻を詳しくお知らせいただきありがとうございます。全パスが同時に失われていることから、アレイよりもアダプタまたはスイッチのポート側が疑われます。正常なホストのログと比較して確認いたします。",
			"次回発生直後に採取した{host}の診断バンドルと、同じ時間帯のスイッチのポートカウンタをお送りください。",
			"バンドルとカウンタをお送りします。{host}のポートだけ、{day}以降CRCエラーが{n}件あります。",
			"バックアップの負荷とともに該当ポートのエラーが増え、アダプタがリセットされています。光モジュールを交換してください。交換までは、バックアップを2本目のポート経由に切り替えると影響を避けられます。",
			"光モジュールの劣化により負荷時にCRCエラーが発生し、アダプタのリセットで全パスが失われていた。"}},
	{"snapshot_grow", servers, 3, "usable", "details", "snapshot",
		Telling{
			[]string{"Snapshot of {guest} cannot be removed", "{guest}: deleting a snapshot stops at 99 %", "Old snapshot files of {guest} fill {store}"},
			"The snapshot that the backup made of {guest} on {day} cannot be deleted. The task runs for {min} minutes and ends without an error, but the files are still there and have grown to {gb} GB. {store} is nearly full.",
			"I understand that space is running out. Please do not delete files by hand. We will find out first whether the chain of {guest} is whole, then consolidate it.",
			"Which snapshots does the client show for {guest}, and which files with numbers lie in its folder? A directory listing with sizes is enough.",
			"The client shows none. In the folder are {n} files with numbers, the newest from this morning.",
			"The backup program holds a lock on one of the disks, so that the consolidation ends early. Restart its agent, take one new snapshot and delete all: the chain has been consolidated and {gb} GB are free again.",
			"The backup agent kept a disk of the guest attached after a failed run."},
		Telling{
			[]string{"{guest}のスナップショットを削除できない", "{guest}：スナップショット削除が99%で止まる", "{guest}の古いスナップショットで{store}の空きがなくなる"},
			"{day}にバックアップが作成した{guest}のスナップショットを削除できません。タスクは{min}分ほど動作してエラーなく終了しますが、ファイルは残ったままで{gb}GBまで増えています。{store}の空きがほとんどありません。",
			"空き容量が逼迫しているとのこと、承知しました。ファイルの手動削除はお控えください。まず{guest}のチェーンが壊れていないことを確認し、その後に統合します。",
			"クライアントに表示される{guest}のスナップショットと、フォルダ内の番号付きファイルをお知らせください。サイズ付きの一覧で十分です。",
			"クライアントには1つも表示されません。フォルダには番号付きのファイルが{n}個あり、最新は今朝のものです。",
			"バックアップソフトウェアがディスクの1つをロックしており、統合が途中で終わっていました。エージェントを再起動し、新しいスナップショットを1つ作成してから「すべて削除」を実行したところ統合が完了し、{gb}GBが解放されました。",
			"失敗したバックアップの後、エージェントがゲストのディスクを接続したままにしていた。"}},
	{"rescan_slow", servers, 3, "usable", "debug_data", "storage",
		Telling{
			[]string{"Rescan of adapters takes {min} minutes on {host}", "{host} needs {min} minutes for a storage rescan", "Boot of {host} hangs while it looks for storage"},
			"A rescan on {host} takes {min} minutes, on the other hosts less than one. While it runs the client shows the host as not responding. Nothing was changed there except for {n} LUNs that the storage team withdrew on {day}.",
			"A slow rescan after LUNs were withdrawn usually means that the host still asks for them and waits for each. Let us see which devices are meant.",
			"Please collect the support bundle of {host} while a rescan runs, and tell us the identifiers of the LUNs that were withdrawn.",
			"Collected during a rescan, see the bundle. The {n} identifiers are in the attached list; they were unmapped without being detached first.",
			"The host retries each of the {n} withdrawn devices until it times out. Detach them on {host} as described in the steps that I noted, then rescan: it takes {n} seconds now. Next time detach before you unmap.",
			"LUNs were unmapped at the array while the host still had them attached."},
		Telling{
			[]string{"{host}でアダプタの再スキャンに{min}分かかる", "{host}のストレージ再スキャンが遅い", "{host}の起動がストレージの検出で止まる"},
			"{host}で再スキャンに{min}分かかります。他のホストでは1分以内です。実行中はクライアントでホストが「応答なし」になります。変更点は、{day}にストレージ担当が{n}個のLUNを回収したことだけです。",
			"LUN回収後に再スキャンが遅くなる場合、ホストが回収済みのLUNに問い合わせ続けて待っていることがほとんどです。対象のデバイスを確認いたします。",
			"再スキャン実行中に採取した{host}の診断バンドルと、回収したLUNの識別子をお知らせください。",
			"再スキャン中に採取したバンドルをお送りします。識別子{n}個は一覧のとおりです。切り離しをせずにマッピングを解除しました。",
			"回収済みの{n}個のデバイスそれぞれに、タイムアウトまで再試行していました。お伝えした手順で{host}から切り離して再スキャンしたところ、{n}秒で完了しました。今後は、マッピング解除の前に切り離しをお願いします。",
			"ホストに接続されたままのLUNを、アレイ側で先にマッピング解除していた。"}},
	{"nfs_lock", servers, 2, "major_function", "details", "nfs",
		Telling{
			[]string{"{guest} does not start: file on {store} is locked", "After a power cut {n} guests on {store} stay locked", "Lock on {guest} cannot be released"},
			"After the power cut on {day} {n} guests on the NFS datastore {store} cannot be started: the disk file is said to be locked by another host. The host that ran them, {host}, is off and will be repaired.",
			"A lock of a host that is gone expires by itself on NFS, unless the server keeps the old session. I would like to see from which address the lock comes before anything is removed.",
			"Please tell us the owner of the lock that the message names, and whether {host} still has power on its management controller.",
			"The owner is the address of {host}. It hangs in its boot menu: power is on.",
			"{host} had not really been off: it still renewed its locks. After it was switched off at the controller the locks expired within {min} minutes, and all {n} guests run.",
			"The failed host was still powered and renewed its locks."},
		Telling{
			[]string{"{store}上のファイルがロックされ{guest}を起動できない", "停電後、{store}のゲスト{n}台がロックされたまま", "{guest}のロックを解除できない"},
			"{day}の停電後、NFSデータストア{store}上のゲスト{n}台を起動できません。ディスクファイルが他のホストにロックされているというメッセージが出ます。実行していた{host}は停止しており、修理予定です。",
			"停止したホストのロックは、サーバー側に古いセッションが残っていなければ自動的に失効します。何かを削除する前に、ロックの所有元アドレスを確認させてください。",
			"メッセージに表示されるロックの所有者と、{host}の管理コントローラで電源が入ったままになっていないかをお知らせください。",
			"所有者は{host}のアドレスでした。ブートメニューで止まっており、電源は入っています。",
			"{host}は実際には停止しておらず、ロックを更新し続けていました。コントローラから電源を切ったところ{min}分以内にロックが失効し、{n}台すべてが起動しました。",
			"障害ホストの電源が入ったままで、ロックを更新し続けていた。"}},
	{"thin_full", platform, 1, "service_lost", "details", "storage",
		Telling{
			[]string{"{store} is full, {n} guests have stopped", "Production stands: no space left on {store}", "{n} guests paused, {store} has no free block"},
			"{n} production guests on {store} have been paused since {min} minutes ago with the question whether to retry or cancel. The datastore is full. We cannot move anything away because every copy needs space too. Order entry stands still.",
			"I am with you until it runs. Do not answer the question with cancel. We need some gigabytes at once: swap files and an image folder are the quickest candidates.",
			"Which of the guests on {store} can be switched off for an hour, and is there a folder with installation images on it?",
			"{guest} can be switched off. There is a folder with {gb} GB of images.",
			"The images were moved off and the swap file of {guest} was released; with {gb} GB free all guests went on with retry. Please set the alarm on datastore use at 80 %, and enlarge {store} this week: thin disks on it have been promised more than it has.",
			"Thin disks had been allotted more than the datastore holds, and no alarm was set."},
		Telling{
			[]string{"{store}の空きがなくなりゲスト{n}台が停止", "本番停止：{store}に空き容量がない", "{n}台のゲストが一時停止、{store}に空きブロックなし"},
			"{min}分前から、{store}上の本番ゲスト{n}台が「再試行／キャンセル」の確認を表示して一時停止しています。データストアに空きがありません。移動しようにもコピーに容量が必要で動かせません。受注業務が止まっています。",
			"復旧まで担当いたします。確認には「キャンセル」を選ばないでください。まず数GBの空きを作る必要があります。スワップファイルとイメージ用フォルダが候補です。",
			"{store}上で1時間停止できるゲストと、インストールイメージを置いたフォルダの有無をお知らせください。",
			"{guest}は停止できます。イメージのフォルダが{gb}GBあります。",
			"イメージを移動し、{guest}のスワップファイルを解放しました。{gb}GBの空きができ、「再試行」で全ゲストが再開しています。データストア使用率のアラームを80%に設定し、今週中に{store}の拡張をお願いします。シンディスクの割り当てが実容量を超えています。",
			"シンディスクの割り当て合計がデータストアの容量を超えており、アラームが設定されていなかった。"}},
}
