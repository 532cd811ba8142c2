//! keys.db: the keys of the cases, and the marks of those that were destroyed.

use crate::privacy::inventory::{Basis, Column, Erasure, RetentionClass, Role, Table};
use crate::store::schema::Database;

pub const TABLES: &[Table] = &[
    Table {
        database: Database::Keys,
        name: "case_key",
        purpose: "Hält je Person und Vorgang den Schlüssel, dessen Vernichtung alle Kopien der Inhalte unlesbar macht.",
        basis: Basis::Security,
        retention: RetentionClass::CaseCopy,
        exceptions: &[],
        erasure: Erasure::DestroyKeyAndDelete,
        owner: Role::DataProtection,
        columns: &[
            Column::technical("id"),
            Column::technical("key_id"),
            Column::pseudonym("person", "Zufällige Kennung der Person"),
            Column::pseudonym("case_id", "Zufällige Kennung des Vorgangs"),
            Column::secret("wrapped", "Schlüssel des Vorgangs, selbst verschlüsselt"),
            Column::time("created_at"),
        ],
    },
    Table {
        database: Database::Keys,
        name: "tombstone",
        purpose: "Merkt sich vernichtete Schlüssel, damit eine zurückgespielte Sicherung sie nicht wiederbringt.",
        basis: Basis::ErasureDuty,
        retention: RetentionClass::Tombstone,
        exceptions: &[],
        erasure: Erasure::KeepPseudonymous,
        owner: Role::DataProtection,
        columns: &[
            Column::technical("id"),
            Column::pseudonym("person", "Zufällige Kennung der gelöschten Person"),
            Column::pseudonym("case_id", "Zufällige Kennung des gelöschten Vorgangs"),
            Column::technical("counter"),
            Column::time("at"),
        ],
    },
];
