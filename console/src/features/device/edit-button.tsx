import { Button, Checkbox, Modal, Select, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceDetail } from "@/api/types";
import classes from "./device.module.css";
import type { DeviceEdit } from "./device-page";

const LEVELS = ["0", "1", "2", "3", "3.5", "4", "5"];

export interface EditButtonProps {
  device: DeviceDetail;
  onEdit: (edit: DeviceEdit) => void;
  isSaving: boolean;
  error: Error | null;
}

/** Opens the form in which an operator corrects what the machine concluded. */
export function EditButton({ device, onEdit, isSaving, error }: EditButtonProps) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {t("edit.open")}
      </Button>
      <Modal.Root opened={opened} onClose={close}>
        <Modal.Overlay />
        <Modal.Content>
          <div className={classes.dialogHead}>
            <Modal.Title>{t("edit.title")}</Modal.Title>
            <Modal.CloseButton aria-label={t("edit.cancel")} />
          </div>
          <Modal.Body>
            <EditForm
              device={device}
              isSaving={isSaving}
              error={error}
              onSave={(edit) => {
                onEdit(edit);
                close();
              }}
            />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

interface EditFormProps {
  device: DeviceDetail;
  onSave: (edit: DeviceEdit) => void;
  isSaving: boolean;
  error: Error | null;
}

function EditForm({ device, onSave, isSaving, error }: EditFormProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState({
    name: device.name,
    type: device.type,
    level: device.purdue_level === null ? null : String(device.purdue_level),
    location: device.location,
    description: device.description,
    important: device.important,
    authorized: device.authorized,
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    // Only what was changed is sent: a field left alone keeps following what is observed.
    const edit: DeviceEdit = {};
    if (form.name.trim() !== device.name && form.name.trim() !== "") edit.name = form.name.trim();
    if (form.type.trim() !== device.type && form.type.trim() !== "") edit.type = form.type.trim();
    if (form.level !== null && Number(form.level) !== device.purdue_level)
      edit.purdue_level = Number(form.level);
    if (form.location !== device.location) edit.location = form.location;
    if (form.description !== device.description) edit.description = form.description;
    if (form.important !== device.important) edit.important = form.important;
    if (form.authorized !== device.authorized) edit.authorized = form.authorized;
    onSave(edit);
  };
  const field = (name: "name" | "type" | "location" | "description") => (
    <TextInput
      size="xs"
      label={t(`device.${name}`)}
      value={form[name]}
      onChange={(event) => setForm({ ...form, [name]: event.currentTarget.value })}
    />
  );
  return (
    <form onSubmit={save} className={classes.form}>
      {field("name")}
      {field("type")}
      <Select
        size="xs"
        label={t("device.level")}
        data={LEVELS.map((value) => ({ value, label: t("level.short", { value }) }))}
        value={form.level}
        onChange={(level) => setForm({ ...form, level })}
      />
      {field("location")}
      {field("description")}
      <Checkbox
        size="xs"
        label={t("device.important")}
        checked={form.important}
        onChange={(event) => setForm({ ...form, important: event.currentTarget.checked })}
      />
      <Checkbox
        size="xs"
        label={t("edit.authorized")}
        checked={form.authorized}
        onChange={(event) => setForm({ ...form, authorized: event.currentTarget.checked })}
      />
      {error && (
        <p role="alert" className={classes.error}>
          {error.message}
        </p>
      )}
      <Button type="submit" size="xs" disabled={isSaving}>
        {t("edit.save")}
      </Button>
    </form>
  );
}
