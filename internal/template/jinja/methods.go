package jinja

// dictMethods are the methods of dicts.
func dictMethods() map[string]builtin {
	view := func(shown string, items func(d *dict, s *state) []any) builtin {
		return plain(func(s *state, value any) any {
			return &list{items: items(value.(*dict), s), kind: kindView, shown: shown}
		})
	}
	methods := map[string]builtin{
		"items":  view("dict_items", func(d *dict, s *state) []any { return d.pairs(s) }),
		"keys":   view("dict_keys", func(d *dict, s *state) []any { return d.keys(s) }),
		"values": view("dict_values", func(d *dict, s *state) []any { return d.all(s) }),
		"get": with("key! default", func(s *state, value any, args params) any {
			if found, ok := value.(*dict).get(s, args[0]); ok {
				return found
			}
			return args.value(1, nil)
		}),
		"copy": plain(func(s *state, value any) any {
			d := &dict{}
			for _, key := range value.(*dict).keys(s) {
				item, _ := value.(*dict).get(s, key)
				d.set(s, key, item)
			}
			return d
		}),
	}
	refuse(methods, "clear", "pop", "popitem", "setdefault", "update")
	return methods
}

// listMethods are the methods of lists.
func listMethods() map[string]builtin {
	methods := tupleMethods()
	methods["copy"] = plain(func(s *state, value any) any { return s.listOf(s.copyItems(value)) })
	refuse(methods, "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort")
	return methods
}

// tupleMethods are the methods of tuples and ranges.
func tupleMethods() map[string]builtin {
	return map[string]builtin{
		"count": with("value!", func(s *state, value any, args params) any {
			n := int64(0)
			for _, item := range s.items(value) {
				if s.equal(item, args[0]) {
					n++
				}
			}
			return n
		}),
		"index": with("value!", func(s *state, value any, args params) any {
			for i, item := range s.items(value) {
				if s.equal(item, args[0]) {
					return int64(i)
				}
			}
			fail("%.100s is not in the list", s.repr(args[0]))
			return nil
		}),
	}
}

// refuse adds methods that fail, since they would change their object.
func refuse(methods map[string]builtin, names ...string) {
	for _, name := range names {
		methods[name] = free(func(*state, any, arguments) any {
			fail("method %s is not available here: a template changes no list or dict", name)
			return nil
		})
	}
}
