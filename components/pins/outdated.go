package pins

import (
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
)

// Age says how far a pin lies behind.
type Age struct {
	// Within is the newest version that the block allows, Newest the newest at all;
	// "" when there is none. For a source without version they are commits.
	Within, Newest string
}

// Age asks the remote what is newer than the pin of a component block.
func (k *Keeper) Age(call hclspec.ComponentCall, src components.Source) (Age, error) {
	tags, err := k.tags(src.Remote())
	if err != nil {
		return Age{}, err
	}
	if call.Version == "" && (components.Tag{Name: src.Ref()}).Version() == "" {
		commit, err := k.tip(src)
		return Age{commit, commit}, err
	}
	within, newest, err := components.Newest(tags, src.Dir(), call.Version)
	if err != nil {
		return Age{}, err
	}
	if call.Version == "" {
		within = components.Tag{Name: src.Ref()}
	}
	return Age{within.Version(), newest.Version()}, nil
}
