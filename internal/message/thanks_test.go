package message_test

import (
	"testing"

	"madoguchi/internal/message"
)

// Only what leaves nothing to do is thanks: whatever asks, doubts or reports is not
// (A12).
func TestThanks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Thanks!", "Thank you very much for your help.\n\nBest regards\nKenta Sato", "Hi Mori,\n\nit works now. Many thanks!\n\nKenta", "Great, thank you",
		"ありがとうございました。", "森様\n\nお世話になっております。\n迅速なご対応ありがとうございました。\n無事に解決しました。\n\n佐藤", "Vielen Dank!\nViele Grüße\nHans Meier",
		"Merci beaucoup pour votre aide", "¡Gracias!"[2:], "Muchas gracias", "Спасибо большое!", "谢谢", "감사합니다", "Obrigado",
	} {
		if !message.Thanks(text) {
			t.Errorf("no thanks: %q", text)
		}
	}
	for _, text := range []string{
		"", "Thanks, but it is broken again.", "Thanks. Does this hold for 4.1 too?", "Thank you. The host went down at 10:15 today", "It does not work.", "Please call me. Thanks",
		"ありがとうございます。ただ、まだエラーが出ています。", "ありがとうございます。手順を教えてください。", "Danke, aber es geht leider nicht", "Thanks in advance for sending the log files of yesterday night",
		"We see the same on host2 since the patch", "Kenta Sato", "Hello", "Merci, mais le problème persiste", "谢谢，但是还是不行",
	} {
		if message.Thanks(text) {
			t.Errorf("taken for thanks: %q", text)
		}
	}
}
