package forge

import "kapbot/internal/crisis"

func use(crisis.Cleared) {}

func forge(words string) { use(words) } // want: cannot use words (variable of type string) as crisis.Cleared value
