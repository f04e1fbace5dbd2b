//! The types that can be fields of a record: those of the standard library here, and others by the two macros.

use std::path::PathBuf;

use super::{RecordFields, RecordReader, RecordWriter};

impl RecordFields for String {
    fn write(&self, out: &mut RecordWriter) {
        out.field(self);
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        fields.field()
    }
}

impl RecordFields for PathBuf {
    fn write(&self, out: &mut RecordWriter) {
        let text = self.to_str();
        out.unwritable |= text.is_none();
        out.field(text.unwrap_or_default());
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        fields.field().map(PathBuf::from)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl RecordFields for $number {
            fn write(&self, out: &mut RecordWriter) {
                out.display(self);
            }

            fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
                fields.field()?.parse().ok()
            }
        }
    )* };
}
numbers!(usize u64 bool);

impl<T: RecordFields> RecordFields for Option<T> {
    fn write(&self, out: &mut RecordWriter) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        match bool::read(fields)? {
            true => T::read(fields).map(Some),
            false => Some(None),
        }
    }
}

impl<T: RecordFields> RecordFields for Vec<T> {
    fn write(&self, out: &mut RecordWriter) {
        self.len().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        let count = usize::read(fields)?;
        // Nothing is reserved: the count may be of a file that somebody else wrote.
        (0..count).map(|_| T::read(fields)).collect()
    }
}

impl<A: RecordFields, B: RecordFields> RecordFields for (A, B) {
    fn write(&self, out: &mut RecordWriter) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        Some((A::read(fields)?, B::read(fields)?))
    }
}

/// Implements [`RecordFields`] for a struct, by its fields in the order given.
#[macro_export]
macro_rules! struct_fields {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::records::RecordFields for $type {
            fn write(&self, out: &mut $crate::records::RecordWriter) {
                let $type { $($field),* } = self;
                $($crate::records::RecordFields::write($field, out);)*
            }

            fn read(fields: &mut $crate::records::RecordReader<'_>) -> Option<Self> {
                $(let $field = $crate::records::RecordFields::read(fields)?;)*
                Some($type { $($field),* })
            }
        }
    };
}

/// Implements [`RecordFields`] for an enum: the name of the variant, then what it holds.
#[macro_export]
macro_rules! enum_fields {
    ($type:ident { $($variant:ident $(($($held:ident),*))? = $name:literal),* $(,)? }) => {
        impl $crate::records::RecordFields for $type {
            fn write(&self, out: &mut $crate::records::RecordWriter) {
                match self {
                    $($type::$variant $(($($held),*))? => {
                        out.field($name);
                        $($($crate::records::RecordFields::write($held, out);)*)?
                    })*
                }
            }

            fn read(fields: &mut $crate::records::RecordReader<'_>) -> Option<Self> {
                match fields.field()?.as_str() {
                    $($name => {
                        $($(let $held = $crate::records::RecordFields::read(fields)?;)*)?
                        Some($type::$variant $(($($held),*))?)
                    })*
                    _ => None,
                }
            }
        }
    };
}
