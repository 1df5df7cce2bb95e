package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheListIsCurrent(t *testing.T) {
	t.Parallel()
	got, err := render("../..")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../THIRD_PARTY_LICENSES")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("THIRD_PARTY_LICENSES is not current, make licenses writes it (-file +now):\n%s", diff)
	}
}

func TestUnknownLicencesAreErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		texts map[string]string
		want  string
	}{
		"nothing":           {nil, ""},
		"an unknown text":   {map[string]string{"LICENSE": "All rights reserved."}, ""},
		"a notice alone":    {map[string]string{"NOTICE": "Apache License\nVersion 2.0"}, ""},
		"a text over lines": {map[string]string{"LICENSE": "Permission is hereby granted,\nfree of charge, to any person obtaining a copy"}, "MIT"},
		"two texts": {map[string]string{
			"LICENSE":   "Apache License\n  Version 2.0",
			"x/LICENSE": "Redistribution and use in source and binary forms",
		}, "Apache-2.0, BSD-2-Clause"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := component{"m", "v1.0.0", test.texts}.license()
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("license() = %q, error %v, want %q", got, err, test.want)
			}
		})
	}
}
