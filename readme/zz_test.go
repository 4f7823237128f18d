package readme
import ("testing";"math/rand/v2";"os";"fmt";"strings";"path/filepath";"github.com/zclconf/go-cty/cty";"github.com/rogpeppe/go-internal/txtar")
func TestZZ(t *testing.T){
	dir:=os.Getenv("ZZ"); if dir=="" {t.Skip()}
	fs,_:=filepath.Glob("testdata/*.txtar")
	for _,f:=range fs { a,_:=txtar.ParseFile(f); l:=a.Files[len(a.Files)-1]; if l.Name=="want.md"{ os.WriteFile(filepath.Join(dir,"g-"+filepath.Base(f)+".md"),l.Data,0o644)}}
	p := Project{Name: "churn", Title:"Churn", Summary:"s", License:"MIT", Python:[]string{"3.11"}, Repository:"https://github.com/a/b", Package:"p", Files: []string{".github/workflows/ci.yml", "Dockerfile","README.md", "pyproject.toml","src/p/__main__.py","tests/test_x.py"}}
	var all []Section
	for _, k := range Kinds() { s:=parseSections(t,k.Example); all=append(all,s...) }
	b,err:=Render(all,p); if err!=nil{t.Fatal(err)}
	os.WriteFile(filepath.Join(dir,"all.md"),b,0o644)
	r:=rand.New(rand.NewPCG(1,9))
	for i:=range 1500 {
		text:=func(n int) cty.Value { return cty.StringVal("x"+pick(r,inlineParts(),1+r.IntN(n))) }
		s:=[]Section{{Kind:"title"},{Kind:"badges",Fields:cty.ObjectVal(map[string]cty.Value{"items":cty.ListVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"label":text(8),"message":text(8)})})})},{Kind:"toc"}}
		for j:=range 4 { s=append(s,Section{Kind:"custom",Fields:cty.ObjectVal(map[string]cty.Value{"title":cty.StringVal(fmt.Sprint(j)+text(10).AsString()),"body":cty.StringVal("body")})}) }
		s=append(s,Section{Kind:"project_tree",Fields:cty.ObjectVal(map[string]cty.Value{"comments":cty.MapVal(map[string]cty.Value{"README.md":text(40)})})})
		s=append(s,Section{Kind:"usage",Fields:cty.ObjectVal(map[string]cty.Value{"commands":cty.ListVal([]cty.Value{text(20),text(20)})})})
		q:=Project{Name:"q"+pick(r,inlineParts(),6),Summary:text(60).AsString(),Files:[]string{"README.md"}}
		b,err:=Render(s,q); if err!=nil{ if strings.Contains(err.Error(),"prompt"){continue}; t.Log(err);continue}
		os.WriteFile(filepath.Join(dir,fmt.Sprintf("r%03d.md",i)),b,0o644)
	}
}
