package jinja

import (
	"slices"
	"strings"
)

// primary parses a literal, a name, or an expression in brackets.
func (p *parser) primary() expr {
	switch t := p.next(); t.kind {
	case tokenNumber:
		return constant{t.value}
	case tokenString:
		var b strings.Builder
		b.WriteString(t.value.(string))
		for p.peek().kind == tokenString {
			b.WriteString(p.next().value.(string))
		}
		return constant{b.String()}
	case tokenName:
		return p.named(t.text)
	case tokenOperator:
		switch t.text {
		case "(":
			value := p.parenthesized()
			p.expect(tokenOperator, ")")
			return value
		case "[":
			items := p.items("]")
			return listExpr{items: items}
		case "{":
			return p.dict()
		}
		fail("unexpected %s", t)
	default:
		fail("expected an expression, got %s", t)
	}
	return nil
}

// named returns a constant or a variable.
func (p *parser) named(id string) expr {
	switch id {
	case "true", "True":
		return constant{true}
	case "false", "False":
		return constant{false}
	case "none", "None":
		return constant{nil}
	}
	if p.used != nil && (id == "varargs" || id == "kwargs" || id == "caller") {
		p.used[id] = true
	}
	return name(id)
}

// parenthesized parses what stands in parentheses: an expression, or a tuple, which may be empty.
func (p *parser) parenthesized() expr {
	if p.is(tokenOperator, ")") {
		return listExpr{tuple: true}
	}
	return p.tuple(true)
}

// tuple parses an expression, or several with commas between them. Without conditions, "if" ends it.
func (p *parser) tuple(withConditions bool, ends ...string) expr {
	part := p.expression
	if !withConditions {
		part = func() expr {
			p.enter()
			defer p.budget.Leave(1)
			return p.or()
		}
	}
	first := part()
	if !p.is(tokenOperator, ",") {
		return first
	}
	items := []expr{first}
	for p.accept(tokenOperator, ",") {
		t := p.peek()
		if t.kind == tokenTagEnd || t.kind == tokenPrintEnd || t.kind == tokenOperator && t.text == ")" || t.kind == tokenName && slices.Contains(ends, t.text) {
			break
		}
		items = append(items, part())
	}
	return listExpr{items, true}
}

// tupleRest parses the rest of a tuple after its first item.
func (p *parser) tupleRest(first expr, end string) expr {
	items := []expr{first}
	for p.accept(tokenOperator, ",") {
		if p.is(tokenOperator, end) {
			break
		}
		items = append(items, p.expression())
	}
	return listExpr{items, true}
}

// items parses expressions up to a bracket. A comma may end them.
func (p *parser) items(end string) []expr {
	var items []expr
	for !p.accept(tokenOperator, end) {
		if len(items) > 0 {
			p.expect(tokenOperator, ",")
			if p.accept(tokenOperator, end) {
				break
			}
		}
		items = append(items, p.expression())
	}
	return items
}

func (p *parser) dict() expr {
	var dict dictExpr
	for !p.accept(tokenOperator, "}") {
		if len(dict.keys) > 0 {
			p.expect(tokenOperator, ",")
			if p.accept(tokenOperator, "}") {
				break
			}
		}
		dict.keys = append(dict.keys, p.expression())
		p.expect(tokenOperator, ":")
		dict.values = append(dict.values, p.expression())
	}
	return dict
}

// args parses the arguments of a call, in parentheses.
func (p *parser) args() argExprs {
	p.expect(tokenOperator, "(")
	var args argExprs
	for first := true; !p.accept(tokenOperator, ")"); first = false {
		if !first {
			p.expect(tokenOperator, ",")
			if p.accept(tokenOperator, ")") {
				break
			}
		}
		named := p.peek().kind == tokenName && p.tokens[p.at+1].kind == tokenOperator && p.tokens[p.at+1].text == "="
		switch {
		case args.dict != nil:
			fail("an argument after **")
		case p.accept(tokenOperator, "*"):
			if args.list != nil {
				fail("a second * argument")
			}
			args.list = p.expression()
		case p.accept(tokenOperator, "**"):
			args.dict = p.expression()
		case named:
			id := p.next().text
			p.at++
			if slices.ContainsFunc(args.named, func(n namedExpr) bool { return n.name == id }) {
				fail("the argument %.60q is there twice", id)
			}
			args.named = append(args.named, namedExpr{id, p.expression()})
		case len(args.named) > 0 || args.list != nil:
			fail("an argument without a name after one with a name")
		default:
			args.positional = append(args.positional, p.expression())
		}
	}
	return args
}
