//! IP fragments, the flow table and TCP reassembly.
