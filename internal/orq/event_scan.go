package orq

import "strconv"

// Scan is what a scanner found in an event, so that Step and Plain need not read it again. It is zero when the event was
// decoded in another way.
type Scan struct {
	// plain is set when masking leaves the data as it is.
	plain bool
	// step is set when the thought is one text of the agent, and the other fields hold all that Step returns.
	step bool
	// seen are the fields that were read, for no field may be repeated.
	seen      field
	text      string
	iteration float64
	usage     Usage
}

// field is a set of fields of a thought.
type field uint16

const (
	fieldDifference field = 1 << iota
	fieldMessage
	fieldRole
	fieldParts
	fieldPart
	fieldText
	fieldIteration
	fieldUsage
	fieldPrompt
	fieldCompletion
	fieldTotal
	// fieldOther stands for what a scan does not decode.
	fieldOther

	// fieldsOfText are those of a thought that is one text of the agent.
	fieldsOfText = fieldDifference | fieldMessage | fieldRole | fieldParts | fieldPart | fieldText
)

// Equal reports true: a Scan follows from the other fields of an event, and makes no difference between two events.
func (Scan) Equal(Scan) bool { return true }

// Plain reports that the event is known to hold nothing to mask, and that Raw is valid JSON and UTF-8 on one line. Events
// that have not come from a stream in the usual form are not plain.
func (e *Event) Plain() bool { return e.Scan.plain }

// scanThought reads a thought in one pass. It returns false for any other event, and for a thought that is not of the usual
// form: type first, no field repeated.
func (e *Event) scanThought(data string, names *fieldNames) (ok bool) {
	*e = Event{}
	s := newScanner(data, names)
	for more := s.begin('{', '}'); more; more = s.more('}') {
		switch name := s.name(); {
		case name == "type" && e.Type == "":
			e.Type, ok = EventThought, s.string() == string(EventThought)
		case name == "timestamp" && e.Timestamp == "":
			e.Timestamp = s.string()
		case name == "data" && e.Raw == "" && s.peek() == '{':
			start := s.at
			e.Scan.readThought(&s)
			e.Raw = data[start:s.at]
		case name == "type" || name == "timestamp" || name == "data":
			ok = false
		default:
			s.skip()
		}
		if !ok {
			return false
		}
	}
	if !s.ends() || !ok {
		return false
	}
	e.Scan.plain = e.Raw != "" && !s.exposed
	e.Scan.step = e.Scan.text != "" && e.Scan.seen&(fieldsOfText|fieldOther) == fieldsOfText
	return true
}

// scanTextDelta is scanThought for text of the Responses API.
func (e *Event) scanTextDelta(data string, names *fieldNames) (ok bool) {
	*e = Event{}
	s, delta, seen := newScanner(data, names), &TextDelta{}, Scan{}
	for more := s.begin('{', '}'); more; more = s.more('}') {
		switch name := s.name(); {
		case name == "type" && e.Type == "":
			e.Type, ok = textDeltaType(s.string())
		case name == "item_id":
			seen.once(fieldMessage)
			delta.ItemID = seen.readString(&s)
		case name == "delta":
			seen.once(fieldText)
			delta.Delta = seen.readString(&s)
		case name == "type":
			ok = false
		default:
			s.skip()
		}
		if !ok {
			return false
		}
	}
	e.Raw, e.Data, e.Scan.plain = data, delta, !s.exposed
	return ok && s.ends() && seen.seen&fieldOther == 0
}

// textDeltaType returns the type of that name if it is one of a text delta: a constant, because name is part of the data.
func textDeltaType(name string) (t EventType, ok bool) {
	switch EventType(name) {
	case EventOutputTextDelta:
		return EventOutputTextDelta, true
	case EventRefusalDelta:
		return EventRefusalDelta, true
	}
	return "", false
}

// once records a field. One that is repeated is left to Step.
func (c *Scan) once(f field) {
	if c.seen&f != 0 {
		f |= fieldOther
	}
	c.seen |= f
}

func (c *Scan) readThought(s *scanner) {
	for more := s.begin('{', '}'); more; more = s.more('}') {
		switch s.name() {
		case "message_difference":
			c.once(fieldDifference)
			c.readMessages(s)
		case "iteration":
			c.once(fieldIteration)
			c.iteration = c.readNumber(s)
		case "usage":
			c.once(fieldUsage)
			c.readUsage(s)
		default:
			s.skip()
		}
	}
}

func (c *Scan) readMessages(s *scanner) {
	for more := c.begin(s, '{', '}'); more; more = s.more('}') {
		s.name() // the id
		c.once(fieldMessage)
		c.readMessage(s)
	}
}

func (c *Scan) readMessage(s *scanner) {
	for more := c.begin(s, '{', '}'); more; more = s.more('}') {
		switch s.name() {
		case "role":
			c.once(fieldRole)
			if c.readString(s) != RoleAgent {
				c.seen |= fieldOther
			}
		case "parts":
			c.once(fieldParts)
			for more := c.begin(s, '[', ']'); more; more = s.more(']') {
				c.once(fieldPart)
				c.readPart(s)
			}
		default:
			s.skip()
		}
	}
}

func (c *Scan) readPart(s *scanner) {
	for more := c.begin(s, '{', '}'); more; more = s.more('}') {
		switch s.name() {
		case "text":
			c.once(fieldText)
			c.text = c.readString(s)
		case "data", "file":
			c.seen |= fieldOther
			s.skip()
		default:
			s.skip()
		}
	}
}

func (c *Scan) readUsage(s *scanner) {
	for more := c.begin(s, '{', '}'); more; more = s.more('}') {
		switch s.name() {
		case "prompt_tokens":
			c.once(fieldPrompt)
			c.usage.PromptTokens = c.readNumber(s)
		case "completion_tokens":
			c.once(fieldCompletion)
			c.usage.CompletionTokens = c.readNumber(s)
		case "total_tokens":
			c.once(fieldTotal)
			c.usage.TotalTokens = c.readNumber(s)
		default:
			s.skip()
		}
	}
}

// begin is scanner.begin for what should be an object or a list. Anything else is skipped and left to Step.
func (c *Scan) begin(s *scanner, opening, closing byte) bool {
	if s.peek() == opening {
		return s.begin(opening, closing)
	}
	c.skip(s)
	return false
}

func (c *Scan) readString(s *scanner) string {
	if s.peek() == '"' {
		return s.string()
	}
	c.skip(s)
	return ""
}

func (c *Scan) readNumber(s *scanner) float64 {
	if next := s.peek(); next == '-' || '0' <= next && next <= '9' {
		number, _ := strconv.ParseFloat(s.number(), 64) // one out of range is infinite
		return number
	}
	c.skip(s)
	return 0
}

// skip passes over a value of another form than that of its field.
func (c *Scan) skip(s *scanner) {
	c.seen |= fieldOther
	s.exposed = s.exposed || s.peek() == '"'
	s.skip()
}
