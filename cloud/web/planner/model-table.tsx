import type { ReactNode } from 'react';

/** A table of the model page; it scrolls by itself where it is too wide. A heading that only screen readers need is `hidden`. */
export const ModelTable = ({
  headings,
  children,
}: {
  headings: readonly { readonly text: string; readonly hidden?: boolean }[];
  children: ReactNode;
}) => (
  <div className="model-table-frame">
    <table className="model-table">
      <thead>
        <tr>
          {headings.map(({ text, hidden }) => (
            <th key={text} scope="col">
              {hidden ? <span className="visually-hidden">{text}</span> : text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
