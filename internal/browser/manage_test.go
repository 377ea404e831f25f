package browser

// manageScreens are those of management. "row" is the first row of the table on a
// page.
var manageScreens = []screen{
	{"manage-accounts", "ishikawa", "/manage/accounts"},
	{"manage-account", "ishikawa", "row /manage/accounts"},
	{"manage-contact", "ishikawa", "row /manage/accounts/acc_1"},
	{"manage-staff", "ishikawa", "/manage/staff"},
	{"manage-member", "ishikawa", "row /manage/staff"},
	{"manage-products", "ishikawa", "/manage/products"},
	{"manage-product", "ishikawa", "/manage/products/esx?version=4.0"},
	{"manage-contract", "ishikawa", "/manage/papers/PRD-2010-1102"},
	{"manage-restricted", "ishikawa", "/manage/restricted-accounts"},
	{"manage-rotas", "ishikawa", "/manage/rotas"},
	{"manage-rota", "ishikawa", "row /manage/rotas"},
	{"manage-calendars", "ishikawa", "/manage/calendars"},
	{"manage-holidays", "ishikawa", "/manage/calendars/jp/2026"},
	{"manage-rules", "ishikawa", "/manage/rules"},
	{"manage-compare", "ishikawa", "/manage/rules/style-a@1"},
	{"manage-notices", "ishikawa", "/manage/notices"},
	{"manage-notices-sent", "ishikawa", "/manage/notices?state=done"},
	{"manage-notice", "ishikawa", "row /manage/notices?state=done"},
	{"manage-suppressed", "ishikawa", "/manage/suppressed"},
	{"manage-tokens", "ishikawa", "/manage/tokens"},
	{"manage-webhooks", "ishikawa", "/manage/webhooks"},
	{"manage-webhook", "ishikawa", "row /manage/webhooks"},
	{"manage-mailboxes", "ishikawa", "/manage/mailboxes"},
	{"manage-mail-templates", "ishikawa", "/manage/mail-templates"},
	{"manage-mail-template", "ishikawa", "/manage/mail-templates/comment/ja"},
	{"manage-audit", "ishikawa", "/manage/audit"},
	{"manage-audit-none", "ishikawa", "/manage/audit?from=2039-01-01&noun=token"},
}
