// A button whose tooltip names its key.

import { h } from "preact";
import { Button, type ButtonProps } from "../actions";

export function Tool({ name, press, ...rest }: Omit<ButtonProps, "title"> & { name: string; press: string }) {
  return <Button title={`${name} (${press})`} aria-label={name} {...rest} />;
}
