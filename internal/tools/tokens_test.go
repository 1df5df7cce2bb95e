package tools

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// samples returns texts of many kinds, each of about 20,000 bytes.
func samples(t *testing.T) map[string]string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	bytes := make([]byte, 15_000)
	for i := range bytes {
		bytes[i] = byte(random.Uint32())
	}
	from := func(alphabet string) string {
		letters := []rune(alphabet)
		var text strings.Builder
		for text.Len() < 20_000 {
			text.WriteRune(letters[random.IntN(len(letters))])
		}
		return text.String()
	}
	fill := func(text string) string { return strings.Repeat(text, 1+20_000/len(text)) }
	return map[string]string{
		"prose":      fill("The support desk answers questions about invoices, refunds and delivery times. It never promises what it cannot keep, and it asks before it changes anything in a customer's account.\n"),
		"markdown":   fill("# Rules\n\n- Be kind to {{name}}.\n- Never *shout*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```go\nfunc main() { fmt.Println(\"x\") }\n```\n"),
		"JSON":       fill(`{"key":"support-eu","display_name":"Support desk","type":"internal","status":"live","metrics":{"total_cost":0.25},"tools":[{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","requires_approval":false}],"updated":"2026-11-24T13:57:15.987Z"},`),
		"outline":    fill("variables:\n    name 17: 17\n    n 3: 4 5 6\n"),
		"code":       fill("for (let i = 0; i < items.length; i++) {\n\tif (items[i]?.state !== 'done') { return await fetchItem(items[i].id, { retries: 3 }); }\n}\n"),
		"German":     fill("Die Kundenbetreuung beantwortet Fragen zu Rechnungen, Rückerstattungen und Lieferzeiten. Größere Änderungen müssen bestätigt werden.\n"),
		"Russian":    fill("Служба поддержки отвечает на вопросы о счетах, возвратах и сроках доставки.\n"),
		"Greek":      fill("Η υποστήριξη απαντά σε ερωτήσεις για τιμολόγια και επιστροφές.\n"),
		"Arabic":     fill("يجيب مكتب الدعم على الأسئلة المتعلقة بالفواتير والمبالغ المستردة.\n"),
		"Chinese":    fill("客服回答有关发票、退款和交货时间的问题。它从不承诺做不到的事。\n"),
		"Japanese":   fill("サポート窓口は請求書、返金、配送時間に関する質問に答えます。\n"),
		"Korean":     fill("고객지원팀은 청구서, 환불 및 배송 시간에 대한 질문에 답변합니다.\n"),
		"Hindi":      fill("सहायता डेस्क चालान, धनवापसी और वितरण समय के बारे में प्रश्नों का उत्तर देता है।\n"),
		"Thai":       fill("ฝ่ายสนับสนุนตอบคำถามเกี่ยวกับใบแจ้งหนี้ การคืนเงิน และเวลาจัดส่ง\n"),
		"emoji":      fill("🎉🚀👩‍👩‍👧‍👦✅❌🔥"),
		"base64":     base64.StdEncoding.EncodeToString(bytes),
		"hex":        fmt.Sprintf("%x", bytes[:10_000]),
		"digits":     from("0123456789"),
		"letters":    from("abcdefghijklmnopqrstuvwxyz"),
		"capitals":   from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
		"both":       from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
		"signs":      from(`!"#$%&'()*+,-./:;<=>?@[\]^_{|}~` + "`"),
		"spaces":     from(" \n\t"),
		"odd script": from("ༀ༁ཀཁགངཅᚠᚢᚦ𐎠𐎡ⰀⰁ"),
		"odd signs":  from("①②③⠁⠂⠃⌘⌥⏎\u200b\u200d\ufeff"),
		"broken":     strings.Repeat("\xff\xfe\x80", 7_000),
	}
}

func TestEstimateTokensIsNeverTooLow(t *testing.T) {
	t.Parallel()
	for name, text := range samples(t) {
		counted, estimated := countTokens(t, text), estimateTokens(text)
		t.Logf("%-10s %6d bytes %6d tokens, estimated %6d, %.2f", name, len(text), counted, estimated, float64(estimated)/float64(counted))
		if estimated < counted {
			t.Errorf("%s: estimateTokens = %d, want at least %d", name, estimated, counted)
		}
		if name == "prose" && estimated > counted*3/2 {
			t.Errorf("%s: estimateTokens = %d, want at most %d for %d tokens", name, estimated, counted*3/2, counted)
		}
	}
}
