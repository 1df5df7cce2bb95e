package sandbox

import "strings"

// maskedPieces hands on the pieces of a text without the model server's key, also when that comes in several of them.
type maskedPieces struct {
	model *model
	tell  func(string) // nil: nobody wants them
	held  string       // what may be the beginning of the key
}

// maskedPieces begins a text.
func (m *model) maskedPieces(tell func(string)) *maskedPieces {
	if tell != nil {
		tell("")
	}
	return &maskedPieces{model: m, tell: tell}
}

func (p *maskedPieces) next(piece string) {
	if p.tell == nil {
		return
	}
	text := p.model.mask(p.held + piece)
	told := len(text) - beginning(text, p.model.options.Key)
	p.held = text[told:]
	if told > 0 {
		p.tell(text[:told])
	}
}

// end hands on what was held back.
func (p *maskedPieces) end() {
	if p.tell != nil && p.held != "" {
		p.tell(p.held)
	}
}

// beginning is how many bytes at the end of text are the beginning of key.
func beginning(text, key string) int {
	for n := min(len(text), len(key)-1); n > 0; n-- {
		if strings.HasSuffix(text, key[:n]) {
			return n
		}
	}
	return 0
}
