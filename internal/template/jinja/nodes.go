package jinja

// node is a piece of a template's body.
type node interface {
	// exec writes the node's text.
	exec(s *state) control
}

// control is what follows a node.
type control int

const (
	goOn control = iota
	breakLoop
	continueLoop
)

// expr is an expression.
type expr interface {
	eval(s *state) any
}

// Nodes of a body.
type (
	text   string
	output struct {
		line int
		expr expr
	}
	branch struct {
		line      int
		condition expr // nil: else
		body      []node
	}
	ifNode  []branch
	forNode struct {
		line         int
		target       target
		items        expr
		filter       expr // may be nil
		body, orElse []node
		recursive    bool
	}
	setNode struct {
		line   int
		target target
		value  expr
	}
	setBlock struct {
		line    int
		target  target
		filters []*filterExpr
		body    []node
	}
	withNode struct {
		line    int
		targets []target
		values  []expr
		body    []node
	}
	filterBlock struct {
		line    int
		filters []*filterExpr
		body    []node
	}
	macroNode struct {
		line     int
		name     string
		params   []string
		defaults []expr // of the last params
		body     []node
		// What the body uses beyond its params.
		varargs, kwargs, caller bool
	}
	callBlock struct {
		line   int
		call   *callExpr
		caller *macroNode
	}
	jump control
)

// target is what a value is assigned to: a name, an attribute of a namespace, or several targets.
type target struct {
	name, attribute string
	parts           []target // nil for a name
}

// Expressions.
type (
	constant struct{ value any }
	name     string
	attrExpr struct {
		of   expr
		name string
	}
	indexExpr struct{ of, key expr }
	sliceExpr struct{ of, start, stop, step expr } // those that are absent are nil
	callExpr  struct {
		function expr
		args     argExprs
	}
	filterExpr struct {
		value  expr // nil in a filter block
		name   string
		filter builtin
		args   argExprs
	}
	testExpr struct {
		value  expr
		name   string
		test   builtin
		args   argExprs
		negate bool
	}
	unaryExpr struct {
		operator string
		value    expr
	}
	binaryExpr struct {
		operator    string
		left, right expr
	}
	concatExpr  []expr
	compareExpr struct {
		first     expr
		operators []string
		rest      []expr
	}
	logicExpr struct {
		and   bool
		parts []expr
	}
	notExpr  struct{ value expr }
	condExpr struct{ condition, then, orElse expr } // orElse may be nil
	listExpr struct {
		items []expr
		tuple bool
	}
	dictExpr struct{ keys, values []expr }
)

// argExprs are the arguments of a call.
type argExprs struct {
	positional []expr
	named      []namedExpr
	list, dict expr // *list and **dict; nil if absent
}

type namedExpr struct {
	name  string
	value expr
}
