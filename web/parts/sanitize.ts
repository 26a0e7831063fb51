// The last gate before anything written by a model or a document becomes HTML: an allow-list of tags and attributes.
import DOMPurify from "dompurify";

const tags = `p strong em del code pre ul ol li blockquote h3 h4 h5 h6 table thead tbody tr th td hr br button span`;
const attributes = `class type start align aria-label data-marker data-order data-href`;

/** Safe HTML, as a TrustedHTML where the browser asks for one. */
export function sanitize(html: string): string {
  const config = {
    ALLOWED_TAGS: tags.split(" "),
    ALLOWED_ATTR: attributes.split(" "),
    ALLOW_DATA_ATTR: false,
    RETURN_TRUSTED_TYPE: true,
  };
  return DOMPurify.sanitize(html, config) as unknown as string;
}
