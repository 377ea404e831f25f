package policy

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed words.txt
var wordsFile string

// words are the names of a pack's keys, its values (=) and the phrases of the
// guide (@), in English and Japanese.
var words = parseWords(wordsFile)

func parseWords(file string) map[string][2]string {
	out := map[string][2]string{}
	for line := range strings.Lines(file) {
		parts := strings.Split(strings.TrimRight(line, "\n"), " | ")
		if len(parts) == 3 && !strings.HasPrefix(line, "#") {
			out[parts[0]] = [2]string{parts[1], parts[2]}
		}
	}
	return out
}

// say gives a word or phrase in a language, with its {names} filled from pairs
// of name and value. What has no entry, such as an id, stands for itself.
func say(lang, key string, pairs ...string) string {
	w, ok := words[key]
	if !ok {
		return strings.TrimLeft(key, "=@")
	}
	text := w[0]
	if lang == "ja" {
		text = w[1]
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// In gives an amount in words.
func (a Amount) In(lang string) string {
	count := func(one, many string, n int64) string {
		if n == 1 {
			return say(lang, one)
		}
		return say(lang, many, "n", strconv.FormatInt(n, 10))
	}
	switch {
	case a.IsZero():
		return say(lang, "@nothing")
	case a.Unit == NextBusinessDay:
		return say(lang, "@nbd")
	case a.Unit == BusinessDays:
		return count("@bday", "@bdays", a.Value)
	case a.Unit == BusinessHours && a.Value%hour == 0:
		return count("@bhour", "@bhours", a.Value/hour)
	case a.Unit == BusinessHours:
		return count("@bminute", "@bminutes", a.Value/minute)
	case a.Value >= 96*hour && a.Value%(24*hour) == 0:
		return say(lang, "@days", "n", strconv.FormatInt(a.Value/(24*hour), 10), "hours", strconv.FormatInt(a.Value/hour, 10))
	case a.Value%hour == 0:
		return count("@hour", "@hours", a.Value/hour)
	case a.Value%minute == 0:
		return count("@minute", "@minutes", a.Value/minute)
	}
	return count("@second", "@seconds", a.Value/second)
}

// periodIn gives an ISO 8601 period in words.
func periodIn(lang, period string) string {
	m := periodForm.FindStringSubmatch(period)
	if m == nil {
		return period
	}
	if m[1] == "1" {
		return say(lang, "@period_1"+m[2])
	}
	return say(lang, "@period_"+m[2], "n", m[1])
}

// listIn joins values as words.
func listIn(lang string, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = say(lang, "="+v)
	}
	return strings.Join(out, separator(lang))
}

func separator(lang string) string {
	if lang == "ja" {
		return "、"
	}
	return ", "
}

func numbersIn(lang string, numbers []int) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, separator(lang))
}
