//! Fields leave a message through one visitor, which serves `decode`, the rules and the documentation alike.

/// Takes the fields of a message in wire order.
///
/// Names are the specification's, in snake_case; inside a list names are empty.
pub trait Visitor {
    /// An unsigned number.
    fn uint(&mut self, name: &'static str, value: u64);
    /// A signed number.
    fn int(&mut self, name: &'static str, value: i64);
    /// A floating-point number.
    fn float(&mut self, name: &'static str, value: f64);
    /// A flag.
    fn flag(&mut self, name: &'static str, value: bool);
    /// Text, untrusted, any content.
    fn text(&mut self, name: &'static str, value: &str);
    /// Raw bytes, shown as hexadecimal digits.
    fn bytes(&mut self, name: &'static str, value: &[u8]);
    /// A raw number with its decoded name beside it, shown as `name: raw` and `name_name: label`.
    fn named(&mut self, name: &'static str, raw: u64, label: &str);
    /// Opens an object; closed by [`Visitor::end_object`].
    fn begin_object(&mut self, name: &'static str);
    /// Closes the innermost object.
    fn end_object(&mut self);
    /// Opens a list; closed by [`Visitor::end_list`].
    fn begin_list(&mut self, name: &'static str);
    /// Closes the innermost list.
    fn end_list(&mut self);
}

/// Something that can show its fields.
pub trait Fields {
    /// Hands every field to `visitor`, in wire order.
    fn visit(&self, visitor: &mut dyn Visitor);
}

/// A message without further fields.
pub struct NoFields;

impl Fields for NoFields {
    fn visit(&self, _visitor: &mut dyn Visitor) {}
}
