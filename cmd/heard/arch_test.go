package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows is the table of allowed imports: which packages of ours a package may know, with its reason. A trailing …
// means everything below. What is not here is refused, so a new arrow is decided in this table.
func arrows() []arrow {
	domain := []string{"tickets", "tickets/events", "tickets/fault", "tickets/sabotage"}
	return []arrow{
		{"cmd/heard", []string{"…"}, "wires everything together"},
		{"cmd/dev", []string{"migrations/pgtemp"}, "builds and tests, and knows nothing of what it builds"},
		{"web", slices.Concat(domain, []string{"tickets/jobs", "tickets/mail", "tickets/notify", "tickets/search", "tickets/webhooks", "chat", "chat/…", "feedback", "feedback/…"}), "the HTTP surface of all of it"},
		{"web/gen", slices.Concat(domain, []string{"web", "tickets/jobs", "tickets/notify", "chat", "feedback", "feedback/…"}), "reads the wire types of all of it"},
		{"chat", slices.Concat(domain, []string{"chat/bus", "chat/routing"}), "the live half stands on the tickets alone"},
		{"chat/routing", []string{"tickets", "tickets/events"}, "decides from its arguments, in the words of the tickets"},
		{"chat/routing/sim", []string{"tickets", "tickets/events", "chat/routing", "feedback/stats"}, "runs the decisions on a clock of its own"},
		{"chat/check", nil, "a client that knows the protocol alone"},
		{"chat/check/faults", []string{"migrations/pgtemp"}, "runs servers as processes and breaks them"},
		{"chat/bus", []string{"migrations"}, "bytes between nodes, whatever they mean; of migrations it needs how to dial PostgreSQL"},
		{"feedback", []string{"tickets/events"}, "only words of the log"},
		{"feedback/stats", nil, "mathematics"},
		{"feedback/surveys", slices.Concat(domain, []string{"feedback", "feedback/stats", "tickets/jobs", "tickets/mail"}), "a consumer of the log; it asks by letter"},
		{"feedback/signals", slices.Concat(domain, []string{"feedback", "feedback/stats"}), "a consumer of the log"},
		{"feedback/issues", slices.Concat(domain, []string{"feedback", "feedback/stats", "feedback/issues/tagger", "migrations"}),
			"a consumer of the log; of migrations it needs the dialects' names"},
		{"feedback/issues/tagger", nil, "mathematics on texts"},
		{"feedback/rollups", slices.Concat(domain, []string{"feedback", "feedback/stats", "feedback/surveys", "feedback/signals",
			"feedback/issues"}), "the report joins what its siblings found"},
		{"feedback/weekly/lines", nil, "text in columns"},
		{"feedback/weekly", slices.Concat(domain, []string{"feedback/weekly/lines", "feedback/rollups", "feedback/stats", "migrations", "tickets/jobs", "tickets/mail"}),
			"what stands around the report, and goes out by mail; of migrations it needs the dialects' names"},
		{"tickets", []string{"tickets/events", "tickets/fault", "tickets/sabotage", "tickets/blobs", "tickets/jobs", "migrations"},
			"the domain; of migrations it needs the dialects' names, of blobs what a file is; held messages go out as jobs"},
		{"tickets/jobs", []string{"tickets/events", "tickets/fault", "migrations"}, "a queue beside the log; of migrations it needs the dialects' names"},
		{"tickets/mail", []string{"tickets/events", "tickets/jobs"}, "letters go out as jobs"},
		{"tickets/mail/mailtest", nil, "helps tests"},
		{"tickets/webhooks", slices.Concat(domain, []string{"tickets/jobs"}), "a consumer of the log"},
		{"tickets/notify", slices.Concat(domain, []string{"feedback", "tickets/jobs"}), "a consumer of the log; of feedback it needs the words of the log"},
		{"tickets/search", slices.Concat(domain, []string{"migrations"}), "a consumer of the log; of migrations it needs the dialects' names"},
		{"tickets/blobs", []string{"tickets/events"}, "bytes, in a folder or in the log's database"},
		{"tickets/events", []string{"tickets/fault", "tickets/sabotage", "migrations"}, "the log of one database"},
		{"tickets/events/eventstest", []string{"tickets/events", "migrations"}, "helps tests"},
		{"tickets/sabotage", nil, "a constant outside of tests"},
		{"tickets/fault", nil, "the one error type"},
		{"migrations", nil, "the database knows nothing of ours"},
		{"migrations/dbtest", []string{"migrations", "migrations/pgtemp"}, "helps tests"},
		{"migrations/pgtemp", nil, "helps tests"},
	}
}

type arrow struct {
	from   string
	to     []string
	reason string
}

func (a arrow) allows(to string) bool {
	return slices.ContainsFunc(a.to, func(t string) bool {
		return t == "…" || t == to || (strings.HasSuffix(t, "/…") && strings.HasPrefix(to, strings.TrimSuffix(t, "…")))
	})
}

// source is one Go file of the house.
type source struct {
	path, pkg string // from the root; the folder
	test      bool
	file      *ast.File
	lines     *token.FileSet
}

// sources parses every Go file that is ours.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		out = append(out, source{filepath.ToSlash(rel), filepath.ToSlash(filepath.Dir(rel)), strings.HasSuffix(name, "_test.go"), file, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s source) imports() []string {
	var out []string
	for _, i := range s.file.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err == nil {
			out = append(out, path)
		}
	}
	return out
}

func TestArrowsPointDown(t *testing.T) {
	table := map[string]arrow{}
	for _, a := range arrows() {
		table[a.from] = a
	}
	for _, s := range sources(t) {
		if s.test {
			continue // a test may stand on whatever helps it
		}
		a, known := table[s.pkg]
		if !known {
			t.Errorf("%s: the package %s has no line in the table of imports", s.path, s.pkg)
			continue
		}
		for _, path := range s.imports() {
			ours, is := strings.CutPrefix(path, "heard/")
			if is && !a.allows(ours) {
				t.Errorf("%s imports %s; %s may not: it is %s", s.path, path, s.pkg, a.reason)
			}
		}
	}
}

func TestTestHelpersStayInTests(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.pkg, "migrations/") || s.pkg == "tickets/events/eventstest" || s.pkg == "tickets/mail/mailtest" || strings.HasPrefix(s.pkg, "cmd/") {
			continue
		}
		for _, path := range s.imports() {
			if path == "testing" || strings.HasSuffix(path, "test") && strings.HasPrefix(path, "heard/") {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
}

// TestOnlyItsOwnerImports holds the libraries that one place has to itself.
func TestOnlyItsOwnerImports(t *testing.T) {
	owners := map[string][]string{
		"github.com/robfig/cron/v3":        {"cmd/heard"},
		"github.com/alecthomas/kong":       {"cmd/heard", "cmd/dev"},
		"github.com/danielgtaylor/huma/v2": {"web"},
		"github.com/coder/websocket":       {"web", "chat/check"}, // the checker is a client
		"github.com/golang-jwt/jwt/v5":     {"tickets"},
		"golang.org/x/crypto/argon2":       {"tickets"},
		"modernc.org/sqlite":               {"migrations", "tickets/events"},
		"github.com/lib/pq":                {"migrations", "migrations/dbtest", "migrations/pgtemp", "tickets/events", "tickets", "chat/bus"},
		"github.com/nats-io/nats.go":       {"chat/bus"},
		"net/http":                         {"tickets/webhooks", "tickets/notify", "web", "cmd/heard", "cmd/dev", "chat/check", "chat/check/faults"},
		"html/template":                    {"web", "feedback/weekly"}, // the report also goes out as a letter
		"golang.org/x/image":               {"tickets/blobs"},
		"github.com/wneessen/go-mail":      {"tickets/mail"},
	}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, path := range s.imports() {
			for library, who := range owners {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.Contains(who, s.pkg) {
					t.Errorf("%s imports %s, which belongs to %v", s.path, path, who)
				}
			}
		}
	}
}

// TestOneDoorForWriting: transactions begin in tickets/events and where the tables are made, nowhere else.
func TestOneDoorForWriting(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg == "tickets/events" || s.pkg == "migrations" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, is := n.(*ast.SelectorExpr)
			if is && slices.Contains([]string{"RunInTx", "BeginTx", "Begin"}, sel.Sel.Name) {
				t.Errorf("%s: %s begins a transaction", s.lines.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// TestOnlyEdgesLog: HTTP, the runners of consumers and jobs, and the commands. Inner code returns errors.
func TestOnlyEdgesLog(t *testing.T) {
	edges := []string{"cmd/heard", "cmd/dev", "web", "tickets/events"}
	for _, s := range sources(t) {
		if s.test || slices.Contains(edges, s.pkg) {
			continue
		}
		for _, path := range s.imports() {
			if path == "log" || path == "log/slog" {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
}

// TestNoStateOfPackages: no init, and no package variable that anything assigns to. huma's switches are set once
// (web/doc.go says why).
func TestNoStateOfPackages(t *testing.T) {
	all := sources(t)
	vars := map[string]bool{} // pkg.name
	for _, s := range all {
		for _, decl := range s.file.Decls {
			if f, is := decl.(*ast.FuncDecl); is && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init runs behind everybody's back", s.lines.Position(f.Pos()))
			}
			g, is := decl.(*ast.GenDecl)
			if !is || g.Tok != token.VAR || s.test {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for _, name := range v.Names {
					vars[s.pkg+"."+name.Name] = true
				}
				if sel, is := v.Type.(*ast.SelectorExpr); is && isSync(sel) && s.path != "web/api.go" {
					t.Errorf("%s: a package variable that changes", s.lines.Position(v.Pos()))
				}
			}
		}
	}
	for _, s := range all {
		ast.Inspect(s.file, func(n ast.Node) bool {
			for _, x := range changed(n) {
				if name, is := root(x).(*ast.Ident); is && vars[s.pkg+"."+name.Name] {
					t.Errorf("%s: the package variable %s is changed", s.lines.Position(n.Pos()), name.Name)
				}
			}
			return true
		})
	}
}

func isSync(sel *ast.SelectorExpr) bool {
	x, is := sel.X.(*ast.Ident)
	return is && (x.Name == "sync" || x.Name == "atomic")
}

// changed lists what a node writes to.
func changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if _, is := n.X.(*ast.Ident); is && n.Op == token.AND { // a pointer to a part is how big tables are read
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if f, is := n.Fun.(*ast.Ident); is && (f.Name == "delete" || f.Name == "clear") && len(n.Args) > 0 {
			return n.Args[:1]
		}
	}
	return nil
}

// root is the variable of x, x[i] and *x; a field of something else is not ours.
func root(x ast.Expr) ast.Expr {
	for {
		switch y := x.(type) {
		case *ast.IndexExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		case *ast.ParenExpr:
			x = y.X
		default:
			return x
		}
	}
}

// TestTheTopLevel keeps the house as small as it was planned.
func TestTheTopLevel(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"cmd", "chat", "tickets", "feedback", "web", "migrations", "go.mod", "go.sum", "README.md", "LICENSE", "bin"}
	for _, e := range entries {
		name := e.Name()
		if !slices.Contains(allowed, name) && !strings.HasPrefix(name, ".") {
			t.Errorf("%s does not belong to the top level", name)
		}
	}
}
