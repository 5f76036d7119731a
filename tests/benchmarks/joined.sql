-- A row for each meeting, with the columns of /v1/meetings.csv that tables have as they are.
SELECT m.id, m.date_as_written, m.starts_on, m.ends_on, m.precision, m.year_basis,
    m.title_en, m.title_zh, m.summary_en, m.summary_zh, m.mode, m.status,
    m.place_id, l.name_en, l.name_zh, l.country_id, l.latitude, l.longitude,
    m.event_id, e.name_en, e.name_zh, who.*, about.*, m.version, m.updated_at
FROM meetings m
LEFT JOIN places l ON l.id = m.place_id
LEFT JOIN events e ON e.id = m.event_id
LEFT JOIN (
    SELECT a.meeting_id, {joined}(a.country_id, ';'),
        {joined}(a.person_id, ';'), {joined}(p.name_en, ';'), {joined}(p.name_zh, ';'),
        {joined}(a.organization_id, ';'), {joined}(o.name_en, ';'), {joined}(o.name_zh, ';')
    FROM participants a
    LEFT JOIN people p ON p.id = a.person_id
    LEFT JOIN organizations o ON o.id = a.organization_id
    WHERE a.meeting_id IN (SELECT meeting_id FROM documents WHERE starts_on >= '{since}')
    GROUP BY a.meeting_id
) who ON who.meeting_id = m.id
LEFT JOIN (
    SELECT a.meeting_id, {joined}(a.theme_id, ';'), {joined}(t.label_en, ';'),
        {joined}(t.label_zh, ';')
    FROM meeting_themes a
    JOIN themes t ON t.id = a.theme_id
    WHERE a.meeting_id IN (SELECT meeting_id FROM documents WHERE starts_on >= '{since}')
    GROUP BY a.meeting_id
) about ON about.meeting_id = m.id
WHERE m.id IN (SELECT meeting_id FROM documents WHERE starts_on >= '{since}')
ORDER BY m.starts_on DESC, m.id DESC
