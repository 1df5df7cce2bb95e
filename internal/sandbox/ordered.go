package sandbox

import (
	"iter"
	"slices"
)

// partSize bounds the parts of an ordered list.
const partSize = 512

// ordered is a sorted list of different texts. It is kept in parts, none of them empty, so that a change moves few
// texts, however long the list is.
type ordered struct{ parts [][]string }

// find returns where the text is, or where it belongs.
func (o *ordered) find(text string) (part, at int, found bool) {
	part, _ = slices.BinarySearchFunc(o.parts, text, func(part []string, text string) int {
		if part[len(part)-1] < text {
			return -1
		}
		return 1
	})
	if part == len(o.parts) {
		return part, 0, false
	}
	at, found = slices.BinarySearch(o.parts[part], text)
	return part, at, found
}

func (o *ordered) has(text string) bool {
	_, _, found := o.find(text)
	return found
}

func (o *ordered) add(text string) {
	part, at, found := o.find(text)
	switch {
	case found:
		return
	case len(o.parts) == 0:
		o.parts = [][]string{{text}}
		return
	case part == len(o.parts):
		part--
		at = len(o.parts[part])
	}
	grown := slices.Insert(o.parts[part], at, text)
	o.parts[part] = grown
	if len(grown) <= partSize {
		return
	}
	// What is added at the end, as ids are, leaves full parts behind.
	split := len(grown) / 2
	if at == len(grown)-1 {
		split = at
	}
	o.parts[part] = grown[:split:split]
	o.parts = slices.Insert(o.parts, part+1, slices.Clone(grown[split:]))
}

func (o *ordered) remove(text string) {
	part, at, found := o.find(text)
	if !found {
		return
	}
	o.parts[part] = slices.Delete(o.parts[part], at, at+1)
	if len(o.parts[part]) == 0 {
		o.parts = slices.Delete(o.parts, part, part+1)
	}
}

// last returns the greatest text, "" when there is none.
func (o *ordered) last() string {
	for text := range o.below("") {
		return text
	}
	return ""
}

// below yields what is less than the text, or all when it is empty, the greatest first.
func (o *ordered) below(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		part, at := len(o.parts), 0
		if text != "" {
			part, at, _ = o.find(text)
		}
		for {
			if at == 0 {
				if part == 0 {
					return
				}
				part--
				at = len(o.parts[part])
			}
			if at--; !yield(o.parts[part][at]) {
				return
			}
		}
	}
}

// above yields what is greater than the text, the least first.
func (o *ordered) above(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		part, at, found := o.find(text)
		if found {
			at++
		}
		for ; part < len(o.parts); part, at = part+1, 0 {
			for _, next := range o.parts[part][at:] {
				if !yield(next) {
					return
				}
			}
		}
	}
}
