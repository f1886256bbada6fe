package forge

import "kapbot/internal/crisis"

type mine struct{ crisis.Cleared }

func (mine) Text() string { return "words" }

func use(crisis.Cleared) {}

func forge() { use(mine{}) } // want: cannot use mine{}
