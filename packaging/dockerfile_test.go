package packaging

import (
	"context"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// imageLimit is what the image may take, in bytes.
const imageLimit = 25 << 20

// noImages answers for images without a registry.
type noImages struct{}

func (noImages) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: *opt.ImageOpt.Platform})
	return ref, digest.FromBytes(config), config, err
}

// TestDockerfileHasNoWarnings does what docker build --check does.
func TestDockerfileHasNoWarnings(t *testing.T) {
	t.Parallel()
	text := []byte(read(t, "../Dockerfile"))
	results, err := dockerfile2llb.DockerfileLint(t.Context(), text, dockerfile2llb.ConvertOpt{
		MetaResolver: noImages{}, TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "arm64"},
		SourceMap: &llb.SourceMap{Definition: &llb.Definition{}, Filename: "Dockerfile", Data: text},
	})
	if err != nil {
		t.Fatal(err)
	}
	if results.Error != nil {
		t.Error(results.Error.Message)
	}
	for _, warning := range results.Warnings {
		t.Errorf("%s: %s", warning.RuleName, warning.Detail)
	}
}

func stages(t *testing.T) []instructions.Stage {
	t.Helper()
	parsed, err := parser.Parse(strings.NewReader(read(t, "../Dockerfile")))
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil || len(found) != 2 {
		t.Fatalf("the Dockerfile has %d stages, error %v, want 2", len(found), err)
	}
	return found
}

// only returns the commands of one kind.
func only[C instructions.Command](stage instructions.Stage) (found []C) {
	for _, command := range stage.Commands {
		if wanted, ok := command.(C); ok {
			found = append(found, wanted)
		}
	}
	return found
}

// TestTheImageIsSmallStaticAndWithoutRoot executes the build stage on this machine, with nothing but the files that it copies.
func TestTheImageIsSmallStaticAndWithoutRoot(t *testing.T) {
	t.Parallel()
	built, final := stages(t)[0], stages(t)[1]
	source, out := t.TempDir(), t.TempDir()
	for _, command := range only[*instructions.CopyCommand](built) {
		for _, path := range command.SourcePaths {
			copyContext(t, path, source)
		}
	}
	script := only[*instructions.RunCommand](built)[0].CmdLine[0]
	cmd := exec.Command("sh", "-ec", strings.ReplaceAll(script, "/out/", out+"/"))
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH, "VERSION=v1.2.3", "GOFLAGS=-mod=readonly")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, output)
	}
	checkProgram(t, filepath.Join(out, "orq-mcp"))

	if got, want := only[*instructions.UserCommand](final)[0].User, "65532:65532"; got != want {
		t.Errorf("USER = %s, want %s", got, want)
	}
	entrypoint := only[*instructions.EntrypointCommand](final)[0]
	if diff := cmp.Diff([]string{"/usr/bin/orq-mcp"}, entrypoint.CmdLine); diff != "" || entrypoint.PrependShell {
		t.Errorf("ENTRYPOINT (-want +got), in a shell = %v:\n%s", entrypoint.PrependShell, diff)
	}
	var targets []string
	for _, command := range only[*instructions.CopyCommand](final) {
		targets = append(targets, command.DestPath)
		for _, path := range command.SourcePaths {
			if command.From == "" {
				copyContext(t, path, source)
			}
		}
	}
	for _, want := range []string{"/usr/bin/orq-mcp", "/data", "/etc/ssl/certs/ca-certificates.crt"} {
		if !slices.Contains(targets, want) {
			t.Errorf("the image has no %s: %q", want, targets)
		}
	}
}

// checkProgram wants the program to be static, to know its version and to leave 1 MB of the limit to the other files.
func checkProgram(t *testing.T, path string) {
	t.Helper()
	version, err := exec.Command(path, "version").Output()
	if got, want := string(version), "orq-mcp v1.2.3\n"; got != want || err != nil {
		t.Errorf("version = %q, error %v, want %q", got, err, want)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > imageLimit-1<<20 {
		t.Errorf("the program has %d bytes, want at most %d", info.Size(), imageLimit-1<<20)
	}
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Error("the program needs a dynamic linker")
		}
	}
}

// copyContext copies what .dockerignore leaves of a path in the repository.
func copyContext(t *testing.T, path, to string) {
	t.Helper()
	patterns, err := ignorefile.ReadAll(strings.NewReader(read(t, "../.dockerignore")))
	if err != nil {
		t.Fatal(err)
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(filepath.Join("..", path), func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel("..", file)
		if err != nil {
			return err
		}
		if ignored, err := matcher.MatchesOrParentMatches(name); err != nil || ignored {
			return err
		}
		files++
		if err := os.MkdirAll(filepath.Join(to, filepath.Dir(name)), 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), []byte(read(t, file)), 0o600)
	})
	if err != nil || files == 0 {
		t.Fatalf("COPY %s: %d files, error %v", path, files, err)
	}
}
