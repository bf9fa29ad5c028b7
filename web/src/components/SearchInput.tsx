import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';

interface SearchInputProps {
  readonly label: string;
  /** The label stands above the field, not in it: for where it stands beside other labelled fields. */
  readonly labelAbove?: boolean;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

/** Searches shortly after the typing stops. */
export function SearchInput({ label, labelAbove = false, value, onSearch }: SearchInputProps): ReactElement {
  const [text, setText] = useState(value);
  const searched = useRef(value);
  useEffect(() => {
    if (value !== searched.current) setText(value); // set or cleared elsewhere, not by what was typed here
    searched.current = value;
  }, [value]);
  const search = useDebouncedCallback((wanted: string) => {
    searched.current = wanted;
    onSearch(wanted);
  }, 250);
  return (
    <TextInput
      type="search"
      {...(labelAbove ? { label } : { 'aria-label': label, placeholder: label })}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
